import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import type { HouseholdLink } from './links.ts';
import type { LatencyComparison } from './latency.ts';
import type { VerdictComparison } from './verdicts.ts';

/** One test over one line, held against the truth. */
export interface Outcome {
  readonly link: HouseholdLink;
  readonly fair: boolean;
  readonly latency: readonly LatencyComparison[];
  readonly verdicts: readonly VerdictComparison[];
  readonly result: HouseholdResult;
}

export function linkText({ down, up, rtt }: HouseholdLink): string {
  return `${down}, ${up}${rtt === undefined ? '' : `, base ${rtt}`}`;
}

/** What each line did to each user, without and with fair sharing: one table row a user. */
export function gradesTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes
    .filter(({ fair }) => !fair)
    .flatMap((plain) => {
      const fair = outcomes.find((one) => one.fair && one.link === plain.link);
      const cells = (outcome: Outcome | undefined, userId: string) => {
        const user = outcome?.result.users[userId];
        return [user?.grade.total ?? '–', milliseconds(user?.addedLatencyMs.p50), percent(user?.deliveredShare)];
      };
      const { total } = plain.result.grade;
      const jain = (outcome: Outcome | undefined) => outcome?.result.household.fairness.jain?.toFixed(3) ?? '–';
      return [
        [
          linkText(plain.link),
          '**household**',
          `**${total ?? '–'}**`,
          '',
          `fairness ${jain(plain)}`,
          `**${fair?.result.grade.total ?? '–'}**`,
          '',
          `fairness ${jain(fair)}`,
        ],
        ...Object.keys(plain.result.users).map((id) => ['', id, ...cells(plain, id), ...cells(fair, id)]),
      ];
    });
  return table(
    ['link (down, up)', 'user', 'grade', 'added p50', 'got', 'grade, fair', 'added p50, fair', 'got, fair'],
    rows,
  );
}

/** Measured beside true path latency under load, one table row a user and test. */
export function latencyTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap(({ link, fair, latency }) =>
    [...new Set(latency.map(({ userId }) => userId))].map((userId, index) => {
      const cell = (window: LatencyComparison['window'], p: 50 | 95) => {
        const one = latency.find((each) => each.userId === userId && each.window === window && each.p === p);
        return one === undefined ? '–' : `${one.measuredMs.toFixed(1)} / ${one.trueMs.toFixed(1)}`;
      };
      const name = index === 0 ? `${linkText(link)}${fair ? ', fair' : ''}` : '';
      return [name, userId, cell('baseline', 50), cell('baseline', 95), cell('during', 50), cell('during', 95)];
    }),
  );
  return table(
    ['link (down, up)', 'user', 'quiet p50, ms', 'quiet p95, ms', 'p50 under load, ms', 'p95 under load, ms'],
    rows,
  );
}

/** The users' verdicts beside the references, one table row a test. */
export function verdictTable(outcomes: readonly Outcome[]): string {
  const names = [
    ...new Set(outcomes.flatMap(({ verdicts }) => verdicts.map(({ userId, what }) => `${userId}: ${what}`))),
  ];
  const rows = outcomes.map(({ link, fair, verdicts }) => [
    `${linkText(link)}${fair ? ', fair' : ''}`,
    ...names.map((name) => {
      const one = verdicts.find(({ userId, what }) => `${userId}: ${what}` === name);
      return one === undefined ? '–' : `${figure(one.measured)} / ${figure(one.reference)}`;
    }),
  ]);
  return table(['link (down, up)', ...names], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function milliseconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${value.toFixed(1)} ms`;
}

function percent(share: number | null | undefined): string {
  return share === undefined || share === null ? '–' : `${(share * 100).toFixed(0)} %`;
}

function figure(value: number | null): string {
  if (value === null) return 'none';
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
