import type { Grade, HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import type { Row } from '../shared/verdict.ts';

const GRADES: readonly Grade[] = ['A+', 'A', 'B', 'C', 'D', 'F'];
const FAIR_ENOUGH = 0.97;
const FOUND_WITHIN = 0.05;
const FULL_SHARE = 0.98;

/** What fair sharing between the users made of a line. */
export function sharingRows(name: string, plain: HouseholdResult, fair: HouseholdResult): Row[] {
  const rank = (grade: Grade | null) => (grade === null ? GRADES.length : GRADES.indexOf(grade));
  const [before, after] = [rank(plain.grade.total), rank(fair.grade.total)];
  const mustRise = before > GRADES.indexOf('A');
  const jain = [plain.household.fairness.jain ?? 0, fair.household.fairness.jain ?? 0] as const;
  return [
    {
      what: `${name}: grade with fair sharing`,
      figure: `${fair.grade.total ?? 'none'}, ${plain.grade.total ?? 'none'} without`,
      target: mustRise ? 'better' : 'no worse',
      ok: mustRise ? after < before : after <= before,
    },
    {
      what: `${name}: fairness with fair sharing`,
      figure: `${jain[1].toFixed(3)}, ${jain[0].toFixed(3)} without`,
      target: jain[0] < FAIR_ENOUGH ? 'higher' : 'no lower',
      ok: jain[0] < FAIR_ENOUGH ? jain[1] > jain[0] : jain[1] >= jain[0],
    },
  ];
}

/** What adaptive bulk says that the line carries. */
export function foundRow(name: string, result: HouseholdResult, linkMbps: number): Row {
  const { line, adaptive } = result.household;
  const found = line.rateMbps.download ?? Number.NaN;
  return {
    what: `${name}: rate found by adaptive bulk`,
    figure: `${found.toFixed(1)} Mbit/s of ${linkMbps} (${adaptive.end}, ${adaptive.steps.length} steps)`,
    target: `within ${FOUND_WITHIN * 100} %`,
    ok: Math.abs(found / linkMbps - 1) <= FOUND_WITHIN,
  };
}

/** Everything that a test of a perfect line says against it; nothing if it is right. */
export function complaints(result: HouseholdResult): string[] {
  const { fairness, stability } = result.household;
  const said: string[] = [];
  if (result.grade.total !== 'A+') said.push(`overall ${result.grade.total}`);
  if (fairness.jain !== 1) said.push(`fairness ${fairness.jain}`);
  if (stability !== 1) said.push(`stability ${stability}`);
  for (const [userId, { grade, deliveredShare, latencyMs, addedLatencyMs }] of Object.entries(result.users)) {
    if (grade.total !== 'A+') {
      const latency = `latency ${grade.latency}: ${addedLatencyMs.p50} ms added to ${latencyMs.baseline.p50}`;
      said.push(`${userId} ${grade.total} (${latency}; application ${grade.application})`);
    }
    if ((deliveredShare ?? 0) < FULL_SHARE) said.push(`${userId} got ${deliveredShare} of what it wanted`);
  }
  return said;
}

export function perfectRow(name: string, results: readonly HouseholdResult[]): Row {
  const said = results.map(complaints);
  const perfect = said.filter((one) => one.length === 0).length;
  const against = said.flatMap((one, index) => (one.length === 0 ? [] : [`test ${index + 1}: ${one.join(', ')}`]));
  return {
    what: `${name}: A+ for everyone, full rates, fairness and stability at their best`,
    figure: [`${perfect} of ${results.length}`, ...against].join('; '),
    target: `${results.length} of ${results.length}`,
    ok: perfect === results.length,
  };
}
