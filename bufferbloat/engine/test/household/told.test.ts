import type { HouseholdResult, UserResult, Verdict } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { analyseHousehold } from '../../src/household/analyse.ts';
import { explainHousehold } from '../../src/household/explain.ts';
import { summaryOf } from '../../src/household/summary.ts';
import { BLOATED, FAIR, PERFECT } from './line-models.ts';
import { household, withUser } from './recordings.ts';

const GOOD = analyseHousehold(household({ line: PERFECT, durationMs: 30_000 }));

function told(id: string, verdict: Partial<Verdict> | null, different: Partial<UserResult> & { score?: number } = {}) {
  const user = GOOD.users[id];
  if (user === undefined) throw new Error('no user');
  // @ts-expect-error a part of a verdict over a whole one of the same kind
  const whole: Verdict | null = verdict === null ? null : { ...user.verdict, ...verdict };
  return summaryOf({ ...user, verdict: whole, applicationScore: 100, ...different });
}

const added = (p50: number) => ({ addedLatencyMs: { p50, p95: p50, p99: p50, interval: null, grades: null } });

describe('what happened to each', () => {
  it.each<[string, Partial<Verdict>, string]>([
    ['alex', {}, "Alex's game ran smoothly."],
    [
      'alex',
      { lagSpikes: 14, lagSpikesPerMinute: 14, lagS: 7.2, lateShare: 0.123 },
      "Alex's game lagged 14 times a minute, 7.2 s in all, and 12 % of its updates came too late.",
    ],
    ['alex', { lagSpikes: 1, lagSpikesPerMinute: 1, lagS: 0.2 }, "Alex's game lagged once, 0.2 s in all."],
    ['alex', { lagSpikes: 2, lagSpikesPerMinute: 1, lagS: 0.5 }, "Alex's game lagged twice, 0.5 s in all."],
    ['alex', { lagSpikes: 1, lagSpikesPerMinute: 1, lagS: 58 }, "Alex's game lagged most of the time, 58 s in all."],
    ['alex', { lateShare: 0.051 }, "Alex's game never stood still, but 5.1 % of its updates came too late."],
    ['sarah', {}, "Sarah's call was clear and smooth."],
    ['sarah', { grade: 'A', frozenS: 0.4 }, "Sarah's call was clear, though the picture stood still for 0.4 s."],
    [
      'sarah',
      { grade: 'F', mos: 2.21, frozenS: 12.4 },
      "Sarah's call broke up: the sound scored 2.2 of 4.5 and the picture stood still for 12 s.",
    ],
    ['sarah', { grade: 'C', mos: null, frozenS: 3 }, "Sarah's call suffered: the picture stood still for 3.0 s."],
    ['jake', {}, "Jake's film began after 1.0 s and never stopped."],
    [
      'jake',
      { stalls: 3, stallS: 11.6, qualityShare: 0.6 },
      "Jake's film began after 1.0 s and stopped 3 times, 12 s in all, at 60 % of its full quality.",
    ],
    ['jake', { startupMs: null, qualityShare: null }, "Jake's film never began."],
    ['jake', { qualityShare: null }, "Jake's film began after 1.0 s and never stopped."],
    ['computer', { achievedMbps: 84.2 }, "Computer's transfer ran at 84 Mbit/s."],
    [
      'computer',
      { achievedMbps: 1.23, standstillS: 5 },
      "Computer's transfer ran at 1.2 Mbit/s, but stood still for 5.0 s.",
    ],
  ])('%s: %j', (id, verdict, sentence) => {
    expect(told(id, verdict)).toBe(sentence);
  });

  it('a camera, too', () => {
    const live = (different: object) =>
      told('computer', { kind: 'live', frozenS: 0, freezes: 0, lateShare: 0, ...different });
    expect(live({})).toBe("Computer's stream was smooth.");
    expect(live({ lateShare: 0.2 })).toBe(
      "Computer's stream never stood still, but 20 % of its messages came too late.",
    );
    expect(live({ freezes: 2, frozenS: 4, lateShare: 0.2 })).toBe(
      "Computer's stream stood still twice, 4.0 s in all, and 20 % of its messages came too late.",
    );
    expect(live({ freezes: 2, frozenS: 4 })).toBe("Computer's stream stood still twice, 4.0 s in all.");
  });

  it('says for whom a call was worse', () => {
    const side = { mos: 4.3, r: 90, lostShare: 0, playoutMs: 20, frozenS: 0, freezes: 0 };
    const call = (download: object, upload: object | null) =>
      told('sarah', {
        kind: 'call',
        grade: 'D',
        mos: 3,
        sides: { download: { ...side, ...download }, upload: upload && { ...side, ...upload } },
      });
    expect(call({ mos: 3 }, {})).toMatch(/, on this side\.$/);
    expect(call({}, { mos: 3 })).toMatch(/, for those at the other end\.$/);
    expect(call({}, { mos: null, frozenS: 9 })).toMatch(/, for those at the other end\.$/);
    expect(call({ mos: null }, {})).toMatch(/, on this side\.$/);
    expect(call({ mos: 3 }, { mos: 3.1 })).toMatch(/of 4\.5\.$/);
    expect(call({ mos: 3 }, null)).toMatch(/of 4\.5\.$/);
  });

  it('tells of latency that the application did not show', () => {
    expect(told('computer', {}, added(256))).toMatch(
      /, while every answer took 256 ms longer than on the quiet line\.$/,
    );
    expect(told('computer', {}, added(3))).not.toMatch(/longer/);
    expect(told('alex', {}, { ...added(256), applicationScore: 40 } as object)).not.toMatch(/longer/);
  });

  it('tells of connections that were lost', () => {
    const served = { architecture: 'simple_multiprocess' as const, port: 8002, instance: 0, reconnects: 1 };
    expect(told('alex', {}, { served })).toBe("Alex's game ran smoothly; the connection was lost once and made anew.");
    expect(told('alex', {}, { served: { ...served, reconnects: 3 } })).toMatch(/lost 3 times and made anew\.$/);
    expect(told('alex', {}, { served: null })).toBe("Alex's game ran smoothly.");
  });

  it('invents nothing', () => {
    expect(told('alex', null, { served: null })).toBe('Alex could not be connected, so that nothing is known.');
    expect(told('alex', null)).toMatch(/^What happened to Alex is not known/);
  });
});

describe('what it means for the household', () => {
  const withGrades = (grades: Record<string, UserResult['grade']['total']>, total: UserResult['grade']['total']) => ({
    ...GOOD,
    grade: { total, range: null },
    users: Object.fromEntries(
      Object.entries(GOOD.users).map(([id, user]) => [
        id,
        { ...user, grade: { ...user.grade, total: grades[id] ?? user.grade.total, application: grades[id] ?? 'A+' } },
      ]),
    ),
  });

  it.each<[Record<string, UserResult['grade']['total']>, UserResult['grade']['total'], RegExp]>([
    [{}, 'A+', /^Excellent/],
    [{ alex: 'A' }, 'A', /^Very good/],
    [{ alex: 'B' }, 'B', /^Good: .* Alex has to put up with a little/],
    [{ alex: 'C', jake: 'B' }, 'C', /^Fair: .* Alex and Jake have to put up with a lot/],
    [{ alex: 'D', sarah: 'C', jake: 'B' }, 'D', /^Poor: .* it fails Alex, Sarah and Jake/],
    [{ jake: 'F' }, 'F', /^Very poor: .* it fails Jake/],
    [{}, null, /no total grade/],
  ])('%j, %s', (grades, total, sentence) => {
    expect(explainHousehold(withGrades(grades, total)).summary).toMatch(sentence);
  });

  it('leaves alone what is good or not known', () => {
    expect(explainHousehold(GOOD).advice).toMatchObject({ needed: false, headline: 'Nothing needs doing.' });
    expect(explainHousehold(withGrades({}, null)).advice).toMatchObject({ needed: false, shaper: null });
  });

  it('advises smart queues for a queue, with the rates that were found', () => {
    const { advice } = explainHousehold(analyseHousehold(household({ line: BLOATED })));
    expect(advice).toMatchObject({ needed: true, headline: expect.stringContaining('smart queue') as string });
    expect(advice.shaper?.downloadMbps).toBeGreaterThan(30);
    expect(explainHousehold(analyseHousehold(household({ line: FAIR }))).advice.needed).toBe(true);
  });

  it('does not name rates of a direction that was never full', () => {
    const late = withUser(household({ line: BLOATED }), 'computer', (user) => ({ ...user, adaptive: [] }));
    const calm = { ...late, users: late.users.map((user) => ({ ...user, legs: user.legs.slice(0, 1) })) };
    const result = analyseHousehold(calm);
    const unfilled: HouseholdResult = {
      ...result,
      household: {
        ...result.household,
        line: { ...result.household.line, filled: { download: false, upload: false } },
      },
    };
    expect(explainHousehold(unfilled).advice).toMatchObject({ needed: true, shaper: null });
  });

  it('advises smart queues where bulk had what the others lacked, and a wider line where there was not enough', () => {
    const short = withGrades({ jake: 'F' }, 'F');
    const lacking = (takenByBulkMbps: number | null): HouseholdResult => ({
      ...short,
      users: Object.fromEntries(
        Object.entries(short.users).map(([id, user]) => [
          id,
          id === 'jake' ? { ...user, deliveredMbps: { download: 2, upload: null }, deliveredShare: 0.4 } : user,
        ]),
      ),
      household: { ...short.household, fairness: { ...short.household.fairness, takenByBulkMbps } },
    });
    expect(explainHousehold(lacking(3)).advice.headline).toMatch(/smart queue/);
    expect(explainHousehold(lacking(0.5)).advice).toMatchObject({
      headline: expect.stringMatching(/too narrow/) as string,
      shaper: null,
    });
    expect(explainHousehold(lacking(null)).advice.headline).toMatch(/too narrow/);
    const unknown = {
      ...short,
      users: { jake: { ...short.users['jake'], deliveredMbps: { download: null, upload: null }, deliveredShare: 0.4 } },
    };
    expect(explainHousehold(unknown as HouseholdResult).advice.headline).toMatch(/too narrow/);
  });
});
