import { Facts, StartNotes } from './facts.tsx';
import { secondsInWords } from './format.ts';

interface EmptyProps {
  readonly totalMs: number;
  readonly offline: boolean;
  /** Below 1 for a shortened test. */
  readonly scale: number;
  readonly onStart: () => void;
}

/** The part of the test in which the line is full: all but the baseline and what the ramps leave free. */
const LOADED_SHARE = 0.75;

/** Data that a line of 100 Mbit/s carries in a time, in MB. */
const megabytes = (ms: number) => Math.round((100 / 8) * (ms / 1000));

/** Before a test of the line: what it does, what it takes, and one button. No result, real or made up. */
export function Empty({ totalMs, offline, scale, onStart }: EmptyProps) {
  return (
    <>
      <h1 class="display">Does your line stay quick when it gets busy?</h1>
      <p class="lede">
        This test fills your line – first down, then up, then both – and measures how much longer every small packet has
        to wait. That extra wait is called bufferbloat: it is what freezes calls and makes games lag while somebody else
        downloads.
      </p>
      <div class="empty-start">
        <button type="button" class="button button-primary button-large" onClick={onStart}>
          Start the test
        </button>
        <StartNotes scale={scale} offline={offline} />
      </div>
      <Facts
        totalMs={totalMs}
        data={{
          lead: `As much data as your line carries in ${secondsInWords(LOADED_SHARE * totalMs)}`,
          more: `– at 100\u00a0Mbit/s that is ${megabytes(LOADED_SHARE * totalMs)}\u00a0MB.`,
        }}
      />
    </>
  );
}
