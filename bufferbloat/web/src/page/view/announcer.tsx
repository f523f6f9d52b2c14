import { effect, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Runner } from '../run/state.ts';
import { announcement } from './announce.ts';

/** Tells screen readers what a glance at the page would: which step runs, and how it ended. */
export function Announcer({ runner }: { readonly runner: Runner }) {
  const text = useSignal('');
  useEffect(() => {
    let before = runner.state.peek();
    return effect(() => {
      const now = runner.state.value;
      const sentence = announcement(before, now);
      before = now;
      if (sentence !== undefined) text.value = sentence;
    });
  }, [runner, text]);
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}
