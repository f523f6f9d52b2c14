import { effect, type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

interface AnnouncerProps<State> {
  readonly state: ReadonlySignal<State>;
  /** Makes what is called with every state in turn, and answers what is to be said, if anything. */
  readonly create: (first: State) => (now: State) => string | undefined;
}

/** Tells screen readers what a glance at the page would: which step runs, and how it ended. */
export function Announcer<State>({ state, create }: AnnouncerProps<State>) {
  const text = useSignal('');
  useEffect(() => {
    const announce = create(state.peek());
    return effect(() => {
      const sentence = announce(state.value);
      if (sentence !== undefined) text.value = sentence;
    });
  }, [state, create, text]);
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}
