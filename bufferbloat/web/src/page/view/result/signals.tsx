import type { LatencySummary, Result, Signal } from '@rowhouse/bufferbloat-protocol';
import { formatLoss, formatMs } from '../format.ts';
import { SIGNAL_ABOUT, SIGNAL_NAMES } from '../words.ts';

const SIGNALS: readonly Signal[] = ['udp', 'websocket', 'tcp-info'];

type Windows = Partial<Record<'baseline' | 'download' | 'upload' | 'bidirectional', LatencySummary>>;

/** The three ways a round trip was measured, side by side, and which one the grade stands on. */
export function Signals({ result }: { readonly result: Result }) {
  return (
    <section class="panel" aria-labelledby="signals">
      <h2 class="section-title" id="signals">
        Three ways to measure it
      </h2>
      <p>{whyGraded(result)}</p>
      <div class="table-scroll" role="region" aria-label="Median round trips of the three signals" tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Median round trip</th>
              <th scope="col">Rest</th>
              <th scope="col">Down</th>
              <th scope="col">Up</th>
              <th scope="col">Both</th>
            </tr>
          </thead>
          <tbody>
            {SIGNALS.map((signal) => (
              <SignalRow result={result} signal={signal} key={signal} />
            ))}
          </tbody>
        </table>
      </div>
      <ul class="notes">
        {SIGNALS.map((signal) => (
          <li key={signal}>
            <strong>{SIGNAL_NAMES[signal]}:</strong> {SIGNAL_ABOUT[signal]}.{lossSentence(result, signal)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function SignalRow({ result, signal }: { readonly result: Result; readonly signal: Signal }) {
  const windows: Windows | undefined = result.signal.latencyMs[signal];
  return (
    <tr class={`signal-${signal}`}>
      <th scope="row">
        {SIGNAL_NAMES[signal]}
        {result.signal.graded === signal && <span class="badge">graded</span>}
      </th>
      {windows === undefined ? (
        <td colSpan={4} class="table-none">
          {result.signal.unavailable[signal] ?? 'Not measured.'}
        </td>
      ) : (
        <>
          <td>{formatMs(windows.baseline?.p50)}</td>
          <td>{formatMs(windows.download?.p50)}</td>
          <td>{formatMs(windows.upload?.p50)}</td>
          <td>{formatMs(windows.bidirectional?.p50)}</td>
        </>
      )}
    </tr>
  );
}

function whyGraded(result: Result): string {
  const { graded } = result.signal;
  if (graded === null) return 'None of them worked, so there is no grade.';
  const passed = SIGNALS.slice(0, SIGNALS.indexOf(graded)).map((signal) => SIGNAL_NAMES[signal]);
  const why =
    passed.length === 0 ? 'the first choice, and they worked' : `because ${passed.join(' and ')} did not work here`;
  return `The grade stands on the ${SIGNAL_NAMES[graded]}: ${why}.`;
}

function lossSentence(result: Result, signal: Signal): string {
  if (signal !== 'udp') return '';
  const windows = result.signal.latencyMs.udp;
  if (windows === undefined) return '';
  const all = [windows.baseline, windows.download, windows.upload, windows.bidirectional];
  const lost = all.reduce((sum, window) => sum + window.lost, 0);
  const count = all.reduce((sum, window) => sum + window.count, 0);
  return ` Only they can count loss: ${formatLoss(lost, count)} lost.`;
}
