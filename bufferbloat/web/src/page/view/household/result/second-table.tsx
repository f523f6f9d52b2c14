import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { useSignal } from '@preact/signals';
import { formatMs, formatRate } from '../../format.ts';
import { householdPerSecond } from './per-second.ts';

/** The charts as a table, a row a second, for whoever cannot see them or wants to copy them. */
export function HouseholdSecondTable({ result }: { readonly result: HouseholdResult }) {
  // Made when it is opened: four minutes of five users are many cells.
  const opened = useSignal(false);
  return (
    <details class="disclosure" onToggle={(event) => (opened.value ||= event.currentTarget.open)}>
      <summary>The charts as a table, second by second</summary>
      {opened.value && <Table result={result} />}
    </details>
  );
}

function Table({ result }: { readonly result: HouseholdResult }) {
  const users = Object.values(result.users).map(({ profile }) => profile);
  const seconds = householdPerSecond(result);
  const rows = seconds.values().next().value?.length ?? 0;
  return (
    <div class="table-scroll table-tall" role="region" aria-label="The charts as a table" tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Second
            </th>
            {users.map(({ id, name }) => (
              <th scope="colgroup" colSpan={4} key={id}>
                {name}
              </th>
            ))}
          </tr>
          <tr>
            {users.map(({ id }) =>
              ['Latency', 'Lost', 'Down', 'Up'].map((column) => (
                <th scope="col" key={`${id}-${column}`}>
                  {column}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, second) => (
            <tr key={second}>
              <th scope="row">{second}</th>
              {users.map(({ id }) => {
                const at = seconds.get(id)?.[second];
                return [
                  <td key={`${id}-latency`}>{formatMs(at?.latencyMs)}</td>,
                  <td key={`${id}-lost`}>{at?.lost ?? 0}</td>,
                  <td key={`${id}-down`}>{formatRate(at?.downloadMbps)}</td>,
                  <td key={`${id}-up`}>{formatRate(at?.uploadMbps)}</td>,
                ];
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
