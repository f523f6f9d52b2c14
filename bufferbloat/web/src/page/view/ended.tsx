import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { TimelineSpec } from '../charts/spec.ts';
import { Timeline } from '../charts/timeline.tsx';
import type { RunError } from '../run/state.ts';
import { useFocusOnce } from './focus.ts';
import { secondsInWords } from './format.ts';

interface EndedProps {
  readonly onAgain: () => void;
  /** Goes to the first page. */
  readonly onChoose: () => void;
  /** What was measured until then. */
  readonly remains: ComponentChildren;
}

interface StoppedProps extends EndedProps {
  readonly elapsedMs: number;
  /** How far the test had got, and what a result needs. */
  readonly children: ComponentChildren;
}

/** After Stop: what there is, and that it is not a result. */
export function Stopped({ elapsedMs, onAgain, onChoose, remains, children }: StoppedProps) {
  const heading = useFocusOnce();
  return (
    <div class="ended">
      <div class="message">
        <p class="eyebrow">Stopped after {secondsInWords(elapsedMs)}</p>
        <h1 class="display" tabIndex={-1} ref={heading}>
          No result
        </h1>
        <p class="lede">You stopped the test before its end, and nothing of it is running any more. {children}</p>
        <div class="actions">
          <button type="button" class="button button-primary" onClick={onAgain}>
            Test again
          </button>
          <button type="button" class="button" onClick={onChoose}>
            Choose another test
          </button>
        </div>
      </div>
      {remains}
    </div>
  );
}

interface FailedProps extends EndedProps {
  readonly error: RunError | undefined;
  readonly offline: boolean;
}

/** After a failure: what happened, what to do, and one button. */
export function Failed({ error, offline, onAgain, onChoose, remains }: FailedProps) {
  const heading = useFocusOnce();
  return (
    <div class="ended">
      <div class="message message-failed">
        <p class="eyebrow">No result</p>
        <h1 class="display" tabIndex={-1} ref={heading}>
          The test could not finish
        </h1>
        <p class="lede">{error?.message ?? 'Something went wrong in this page.'}</p>
        {offline && <p>This browser says it is offline. Check the connection before you try again.</p>}
        <div class="actions">
          <button type="button" class="button button-primary" onClick={onAgain}>
            Try again
          </button>
          <button type="button" class="button" onClick={onChoose}>
            Choose another test
          </button>
          {error !== undefined && (
            <p class="fine">
              For support: <code>{error.code}</code>
            </p>
          )}
        </div>
      </div>
      {remains}
    </div>
  );
}

interface RemainsProps<Data> {
  readonly spec: TimelineSpec<Data>;
  readonly data: ReadonlySignal<Data>;
  readonly description: string;
}

/** The charts up to the end of a run that has no result, labelled as that. */
export function Remains<Data>({ spec, data, description }: RemainsProps<Data>) {
  return (
    <section class="panel" aria-labelledby="remains">
      <h2 class="section-title" id="remains">
        Measured until then – not a result
      </h2>
      <Timeline spec={spec} data={data} description={description} />
    </section>
  );
}
