import { describe, expect, it } from 'vitest';
import { analyseHousehold } from '../../src/household/analyse.ts';
import { householdToCsv } from '../../src/household/csv.ts';
import { BLOATED } from './line-models.ts';
import { household, withUser } from './recordings.ts';

const RESULT = analyseHousehold({
  ...household({ line: BLOATED, durationMs: 10_000 }),
  gaps: [{ userId: 'jake', what: 'traffic', fromMs: 6000, toMs: 7000, reason: 'the process "ended"' }],
});
const CSV = householdToCsv(RESULT);
const LINES = CSV.split('\r\n');

describe('the table of a household', () => {
  it('has one row a figure, ended by CRLF', () => {
    expect(LINES[0]).toBe('kind,name,at_ms,value,unit,detail');
    expect(LINES.at(-1)).toBe('');
    expect(LINES).toContain(`summary,grade.total,,${RESULT.grade.total},,`);
    expect(LINES).toContain(`summary,fairness.jain,,${RESULT.household.fairness.jain},,`);
    expect(LINES).toContain(`summary,line.download.rate,,${RESULT.household.line.rateMbps.download},Mbit/s,`);
    expect(LINES).toContain(`user,alex.added.p50,,${RESULT.users['alex']?.addedLatencyMs.p50},ms,`);
    expect(LINES).toContain('stream,alex.0.wanted,,1.5,Mbit/s,"ticks, download"');
    expect(LINES).toContain('gap,jake.traffic,6000,1000,ms,"the process ""ended"""');
    expect(LINES).toContain('adaptive,computer,6200,36,Mbit/s,of 50 offered');
    expect(LINES).toContain('phase,household,5200,10000,ms,');
  });

  it('has every figure of a verdict by its path', () => {
    const verdict = RESULT.users['sarah']?.verdict;
    if (verdict?.kind !== 'call') throw new Error('not a call');
    expect(LINES).toContain(`user,sarah.verdict.mos,,${verdict.mos},,`);
    expect(LINES).toContain(`user,sarah.verdict.sides.upload.frozenS,,${verdict.sides.upload?.frozenS},,`);
  });

  it('has every sample', () => {
    const rows = (kind: string) => LINES.filter((line) => line.startsWith(`${kind},`)).length;
    expect(rows('latency')).toBe(RESULT.samples.latency.length);
    expect(rows('bytes')).toBe(RESULT.samples.bytes.length);
    expect(rows('lateness')).toBe(RESULT.samples.lateness.length);
  });

  it('leaves empty what was not measured', () => {
    const nobody = withUser(household({ durationMs: 5000 }), 'alex', (user) => ({
      ...user,
      served: null,
      probes: {},
      legs: [],
    }));
    const lines = householdToCsv(analyseHousehold(nobody)).split('\r\n');
    expect(lines).toContain('summary,grade.total,,,,');
    expect(lines).toContain('summary,fairness.jain,,,,');
    expect(lines).toContain('user,alex.added.p50,,,ms,');
    expect(lines).toContain('user,alex.delivered.download,,,Mbit/s,');
  });
});
