import type { Result } from '@rowhouse/bufferbloat-protocol';
import { formatMs, formatRate } from '../format.ts';
import { PHASE_WORDS } from '../words.ts';
import { perSecond } from './per-second.ts';

/** The charts as a table, a row a second, for whoever cannot see them or wants to copy them. */
export function SecondTable({ result }: { readonly result: Result }) {
  const rows = perSecond(result);
  return (
    <details class="disclosure">
      <summary>The charts as a table, second by second</summary>
      <div class="table-scroll table-tall" role="region" aria-label="The charts as a table" tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Second</th>
              <th scope="col">Phase</th>
              <th scope="col">Latency, median</th>
              <th scope="col">Lost</th>
              <th scope="col">Download</th>
              <th scope="col">Upload</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.second}>
                <th scope="row">{row.second}</th>
                <td>{row.phase === undefined ? 'Queue emptying' : PHASE_WORDS[row.phase].name}</td>
                <td>{formatMs(row.latencyMs)}</td>
                <td>{row.lost}</td>
                <td>{formatRate(row.downloadMbps)}</td>
                <td>{formatRate(row.uploadMbps)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
