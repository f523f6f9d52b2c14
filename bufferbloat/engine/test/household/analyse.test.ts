import { householdResultSchema } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { analyseHousehold } from '../../src/household/analyse.ts';
import { BLOATED, FAIR, household, PERFECT } from './recordings.ts';

describe('a household', () => {
  it('gets the best of everything on a perfect line', () => {
    const result = analyseHousehold(household({ line: PERFECT }));
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result.grade).toEqual({ total: 'A+', range: { best: 'A+', worst: 'A+' } });
    expect(Object.values(result.users).map(({ grade }) => grade.total)).toEqual(['A+', 'A+', 'A+', 'A+']);
    expect(result.household).toMatchObject({ fairness: { jain: 1, takenByBulkMbps: 0 }, stability: 1 });
    expect(result.confidence).toEqual({ level: 'high', reasons: [] });
  });

  it('is told what a full queue did to each', () => {
    const result = analyseHousehold(household({ line: BLOATED }));
    expect(householdResultSchema.parse(result)).toEqual(result);
    expect(result.grade.total).toBe('F');
  });

  it('does better with fair queues', () => {
    const plain = analyseHousehold(household({ line: BLOATED }));
    const fair = analyseHousehold(household({ line: FAIR }));
    expect(fair.score ?? 0).toBeGreaterThan(plain.score ?? 100);
    expect(fair.household.fairness.jain ?? 0).toBeGreaterThan(plain.household.fairness.jain ?? 1);
  });
});
