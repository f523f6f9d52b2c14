import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNMEASURED } from '../../src/capacity/figures.ts';
import { planLines } from '../../src/capacity/plan-table.ts';
import { needOf, plan, scenariosFor } from '../../src/capacity/plan.ts';
import { priceListSchema } from '../../src/capacity/prices.ts';

const GIB = 1024 ** 3;
const machine = { cores: 2, memoryBytes: 4 * GIB };
const prices = priceListSchema.parse(JSON.parse(readFileSync(new URL('../../prices.json', import.meta.url), 'utf8')));

describe('the plan for a class', () => {
  it('knows the documents’ loads: 10, 25 and 38 students', () => {
    expect(scenariosFor(38).map(({ users }) => users)).toEqual([10, 25, 38]);
  });

  it('needs no less for more students', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (users) => {
        const [fewer, more] = [users, users + 1].map((n) => scenariosFor(n).map((each) => needOf(each, UNMEASURED)));
        for (const [index, need] of (fewer ?? []).entries()) {
          expect(more?.[index]?.cores).toBeGreaterThanOrEqual(need.cores);
          expect(more?.[index]?.memoryBytes).toBeGreaterThanOrEqual(need.memoryBytes);
        }
      }),
    );
  });

  it('names a size that has what is needed, and the cheapest of those', () => {
    for (const { need, size } of plan(38, machine, UNMEASURED, prices)) {
      expect(size.vcpus).toBeGreaterThanOrEqual(need.cores);
      expect(size.memoryGib * GIB).toBeGreaterThanOrEqual(need.memoryBytes);
      const cheaper = prices.sizes.filter(({ vcpus }) => vcpus < size.vcpus && vcpus >= need.cores);
      for (const { memoryGib } of cheaper) expect(Math.max(...memoryGib) * GIB).toBeLessThan(need.memoryBytes);
    }
  });

  it('tells what this machine lacks, and nothing when it has enough', () => {
    const peak = plan(150, { cores: 1, memoryBytes: GIB }, UNMEASURED, prices).at(-1);
    expect(peak?.missing.cores).toBeCloseTo((peak?.need.cores ?? 0) - 1);
    expect(peak?.missing.memoryBytes).toBeCloseTo((peak?.need.memoryBytes ?? 0) - GIB);
    for (const { missing } of plan(10, { cores: 64, memoryBytes: 256 * GIB }, UNMEASURED, prices))
      expect(missing).toEqual({ cores: 0, memoryBytes: 0 });
  });

  it('adds up what a month costs', () => {
    const one = {
      ...prices,
      usd: { vcpuHour: 1, gibHour: 0, databaseHour: 0, loadBalancerHour: 0, fileSystemMonth: 5 },
    };
    const [light] = plan(38, machine, UNMEASURED, one);
    expect(light?.size.usdPerMonth).toBe(730 * (light?.size.vcpus ?? 0) + 5);
  });

  it('says so when no machine is large enough', () => {
    expect(() => plan(100_000, machine, UNMEASURED, prices)).toThrow(/divide the class/);
  });

  it('is a table that a person can read', () => {
    const lines = planLines(plan(38, machine, UNMEASURED, prices), machine, UNMEASURED, prices);
    expect(lines.filter((line) => /^(?:light|normal|peak) /.test(line))).toHaveLength(3);
    expect(lines.join('\n')).toContain('not measured');
    expect(lines.join('\n')).toContain(prices.date);
  });
});
