import type { Row } from '../shared/verdict.ts';
import type { Comparison } from './compare.ts';
import type { BenchLink } from './links.ts';

/** One link with what came of it. */
export interface Outcome {
  readonly link: BenchLink;
  readonly comparison: Comparison;
}

const GRADES = ['A+', 'A', 'B', 'C', 'D', 'F'];

/** The figures of the whole bench beside their targets. */
export function verdicts(outcomes: readonly Outcome[]): Row[] {
  const rows: Row[] = [];
  for (const { link, comparison } of outcomes) {
    for (const one of comparison.latency) {
      for (const p of ['p50', 'p95'] as const) {
        const error = one.measured[p] - one.truth[p];
        rows.push({
          what: `${link.name}: ${one.direction} added ${p}`,
          figure: `${one.measured[p].toFixed(1)} ms, true ${one.truth[p].toFixed(1)} (${signed(error)})`,
          target: `within ${one.allowance[p].toFixed(1)} ms`,
          ok: Math.abs(error) <= one.allowance[p],
        });
      }
      if (!one.atBoundary) {
        rows.push({
          what: `${link.name}: ${one.direction} grade`,
          figure: `${one.measuredGrade}`,
          target: one.trueGrade,
          ok: one.measuredGrade === one.trueGrade,
        });
      }
    }
    for (const one of comparison.goodput) {
      const share = one.measuredMbps / one.trueMbps - 1;
      rows.push({
        what: `${link.name}: ${one.direction} goodput`,
        figure: `${one.measuredMbps.toFixed(3)} Mbit/s, true ${one.trueMbps.toFixed(3)} (${signed(share * 100)} %)`,
        target: 'within 1 %',
        ok: Math.abs(share) <= 0.01,
      });
    }
    rows.push(inFlowRow(link, comparison));
  }
  return [...rows, ...coverageRows(outcomes)];
}

function inFlowRow(link: BenchLink, { inFlow }: Comparison): Row {
  const what = `${link.name}: in-flow round trip`;
  if (inFlow === undefined) return { what, figure: 'not sampled', target: 'within 5 %', ok: false };
  const share = inFlow.measuredMs / inFlow.trueMs - 1;
  return {
    what,
    figure: `${inFlow.measuredMs.toFixed(1)} ms, true ${inFlow.trueMs.toFixed(1)} (${signed(share * 100)} %)`,
    target: 'within 5 %',
    ok: Math.abs(share) <= 0.05,
  };
}

function coverageRows(outcomes: readonly Outcome[]): Row[] {
  const all = outcomes.flatMap((outcome) => outcome.comparison.latency);
  const held = all.filter((one) => one.intervalHoldsTruth).length;
  const near = outcomes.filter((outcome) => outcome.comparison.latency.some((one) => one.nearBoundary)).length;
  const grades = GRADES.filter((grade) => all.some((one) => one.trueGrade === grade));
  return [
    {
      what: 'intervals that contain the truth',
      figure: `${held} of ${all.length} (${((held / all.length) * 100).toFixed(1)} %)`,
      target: 'at least 95 %',
      ok: held / all.length >= 0.95,
    },
    { what: 'links with a truth 3 to 10 % off a boundary', figure: `${near}`, target: 'at least 6', ok: near >= 6 },
    {
      what: 'grades that occur in the truth',
      figure: grades.join(' '),
      target: GRADES.join(' '),
      ok: grades.length === GRADES.length,
    },
  ];
}

/** One table row a direction and link, in Markdown. */
export function markdownTable(outcomes: readonly Outcome[]): string {
  const head =
    '| link (down, up) | direction | added p50: measured / true | added p95: measured / true | grade / true | goodput error | in-flow error |\n| --- | --- | --- | --- | --- | --- | --- |';
  const rows = outcomes.flatMap(({ link, comparison }) =>
    comparison.latency.map((one, i) => {
      const goodput = comparison.goodput.find((each) => each.direction === one.direction);
      const inFlow = one.direction === 'download' ? comparison.inFlow : undefined;
      return [
        i === 0 ? `${link.down}, ${link.up}${link.rtt === undefined ? '' : `, base ${link.rtt}`}` : '',
        one.direction,
        `${one.measured.p50.toFixed(1)} / ${one.truth.p50.toFixed(1)} ms`,
        `${one.measured.p95.toFixed(1)} / ${one.truth.p95.toFixed(1)} ms`,
        `${one.measuredGrade ?? '–'} / ${one.trueGrade}${one.atBoundary ? ' (on a boundary)' : ''}`,
        goodput ? `${signed((goodput.measuredMbps / goodput.trueMbps - 1) * 100)} %` : '',
        inFlow ? `${signed((inFlow.measuredMs / inFlow.trueMs - 1) * 100)} %` : '',
      ].join(' | ');
    }),
  );
  return `${head}\n${rows.map((row) => `| ${row} |`).join('\n')}\n`;
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`;
}
