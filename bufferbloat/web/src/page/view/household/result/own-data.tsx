import type { UserResult } from '@rowhouse/bufferbloat-protocol';
import { formatMs, formatShare } from '../../format.ts';
import { type Lateness, latenessOf } from './lateness.ts';

const FLOWS = ['download', 'upload'] as const;
const FLOW_WORDS = { download: 'Down', upload: 'Up' } as const;

const ROWS: readonly { readonly name: string; readonly value: (lateness: Lateness) => string }[] = [
  { name: 'Median', value: ({ p50 }) => formatMs(p50) },
  { name: 'p99', value: ({ p99 }) => formatMs(p99) },
  { name: 'Jitter', value: ({ jitterMs }) => formatMs(jitterMs) },
  { name: 'Late', value: ({ late, due }) => formatShare(due > 0 ? late / due : null) },
  { name: 'Dropped', value: ({ dropped, due }) => formatShare(due > 0 ? dropped / due : null) },
];

/** How late a user's own data was, each direction a column; for whom nothing is ever late, that. */
export function OwnData({ user }: { readonly user: UserResult }) {
  const columns = FLOWS.flatMap((flow) => {
    const lateness = latenessOf(user, flow);
    return lateness === undefined ? [] : [{ flow, lateness }];
  });
  if (columns.length === 0) {
    return <p class="person-none">Never late and never dropped: what cannot leave now is sent later, or less of it.</p>;
  }
  return (
    <table class="mini">
      <thead>
        <tr>
          <td />
          {columns.map(({ flow }) => (
            <th scope="col" key={flow}>
              {FLOW_WORDS[flow]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ROWS.map(({ name, value }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {columns.map(({ flow, lateness }) => (
              <td key={flow}>{value(lateness)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
