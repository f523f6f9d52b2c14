import { ClockIcon, DataIcon, TabIcon } from './icons.tsx';
import { Street } from './street.tsx';
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

/** Before a test: what it does, what it takes, and one button. No result, real or made up. */
export function Empty({ totalMs, offline, scale, onStart }: EmptyProps) {
  return (
    <div class="empty">
      <div class="empty-words">
        <h1 class="display">Does your line stay quick when it gets busy?</h1>
        <p class="lede">
          This test fills your line – first down, then up, then both – and measures how much longer every small packet
          has to wait. That extra wait is called bufferbloat: it is what freezes calls and makes games lag while
          somebody else downloads.
        </p>
        <div class="empty-start">
          <button type="button" class="button button-primary button-large" onClick={onStart}>
            Start the test
          </button>
          {scale < 1 && (
            <p class="notice" role="note">
              Shortened test: every phase runs {Math.round(scale * 100)} % of its time.
            </p>
          )}
          {offline && (
            <p class="notice" role="note">
              This browser says it is offline. Connect first, then start.
            </p>
          )}
        </div>
        <ul class="facts">
          <li>
            <ClockIcon />
            <span>
              <strong>About {secondsInWords(totalMs)}.</strong> You can stop at any moment.
            </span>
          </li>
          <li>
            <DataIcon />
            <span>
              <strong>As much data as your line carries in {secondsInWords(LOADED_SHARE * totalMs)}</strong> – at
              100&nbsp;Mbit/s that is {megabytes(LOADED_SHARE * totalMs)}&nbsp;MB. Mind a metered connection.
            </span>
          </li>
          <li>
            <TabIcon />
            <span>
              <strong>Keep this tab in front</strong> and pause other downloads, so that the test sees only itself.
            </span>
          </li>
        </ul>
      </div>
      <Street />
    </div>
  );
}
