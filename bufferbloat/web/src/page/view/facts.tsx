import { ClockIcon, DataIcon, TabIcon } from './icons.tsx';
import { secondsInWords } from './format.ts';

interface FactsProps {
  readonly totalMs: number;
  /** How much data, and at what rate that is. */
  readonly data: { readonly lead: string; readonly more: string };
}

/** What a test takes: time, data, and a tab in front. */
export function Facts({ totalMs, data }: FactsProps) {
  return (
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
          <strong>{data.lead}</strong> {data.more} Mind a metered connection.
        </span>
      </li>
      <li>
        <TabIcon />
        <span>
          <strong>Keep this tab in front</strong> and pause other downloads, so that the test sees only itself.
        </span>
      </li>
    </ul>
  );
}

interface StartNotesProps {
  /** Below 1 for a shortened test. */
  readonly scale: number;
  readonly offline: boolean;
}

/** What to know before pressing the button. */
export function StartNotes({ scale, offline }: StartNotesProps) {
  return (
    <>
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
    </>
  );
}
