import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { type HouseholdState, type UserLive, USUAL_OPTIONS } from '../src/page/run/household/state.ts';
import { householdAnnouncer } from '../src/page/view/household/announce.ts';
import { householdProgress } from '../src/page/view/household/live.ts';
import { roundsOf } from '../src/page/view/household/result/rounds.ts';
import { termsOf } from '../src/page/view/household/result/terms.ts';

const users = HOUSEHOLD_PROFILES.map(
  (profile): UserLive => ({
    profile,
    activity: 'active',
    latencyMs: 20,
    addedMs: 2,
    downloadMbps: 1,
    uploadMbps: 1,
    served: undefined,
    note: undefined,
  }),
);

const IDLE: HouseholdState = {
  status: 'idle',
  phase: undefined,
  elapsedMs: 0,
  totalMs: 65_000,
  baselineMs: 5000,
  users,
  profilesError: undefined,
  result: undefined,
  error: undefined,
  offline: false,
  options: USUAL_OPTIONS,
  scale: 1,
};

const busyAt = (elapsedMs: number, change: Partial<UserLive> = {}): HouseholdState => ({
  ...IDLE,
  status: 'running',
  phase: 'household',
  elapsedMs,
  users: users.map((user) => (user.profile.id === 'jake' ? { ...user, ...change } : user)),
});

describe('householdAnnouncer', () => {
  it('tells start, phases and end, and nothing in between', () => {
    const announce = householdAnnouncer(IDLE);
    const told = [
      { ...IDLE, status: 'starting' as const },
      { ...IDLE, status: 'running' as const, phase: 'baseline' as const },
      { ...IDLE, status: 'running' as const, phase: 'baseline' as const, elapsedMs: 2000 },
      busyAt(5000),
      busyAt(9000),
      { ...IDLE, status: 'done' as const },
    ].map(announce);
    expect(told).toEqual([
      'Household test starting. It takes about 65 seconds.',
      'Listening to the quiet line.',
      undefined,
      'Everyone is online at once.',
      undefined,
      'Test finished.',
    ]);
  });

  it('tells of a user in trouble once, and again only much later', () => {
    const announce = householdAnnouncer(busyAt(6000));
    const buffering = { note: 'Buffering' };
    expect(announce(busyAt(7000, buffering))).toBe('Jake: Buffering.');
    expect(announce(busyAt(7200, buffering))).toBeUndefined();
    expect(announce(busyAt(9000))).toBeUndefined();
    expect(announce(busyAt(12_000, buffering))).toBeUndefined();
    expect(announce(busyAt(37_000, buffering))).toBe('Jake: Buffering.');
  });

  it('tells of a connection that was lost', () => {
    const announce = householdAnnouncer(busyAt(6000));
    expect(announce(busyAt(7000, { activity: 'reconnecting' }))).toBe('Jake: reconnecting.');
  });

  it('says why a test failed', () => {
    const failed = {
      ...IDLE,
      status: 'failed' as const,
      error: { code: 'server-lost', message: 'The server is gone.' },
    };
    expect(householdAnnouncer(busyAt(6000))(failed)).toBe('Test failed. The server is gone.');
  });
});

describe('householdProgress', () => {
  it('fills each part in its own time', () => {
    const { steps, stepNumber, leftMs, fraction } = householdProgress(busyAt(35_000));
    expect(steps.map((step) => [step.id, step.status, step.fraction])).toEqual([
      ['baseline', 'done', 1],
      ['household', 'now', 0.5],
    ]);
    expect([stepNumber, leftMs]).toEqual([2, 30_000]);
    expect(fraction).toBeCloseTo(35 / 65);
  });

  it('has nothing behind it before the quiet part', () => {
    const { steps, stepNumber } = householdProgress({ ...IDLE, status: 'starting' });
    expect([stepNumber, ...steps.map(({ status }) => status)]).toEqual([0, 'next', 'next']);
  });
});

describe('roundsOf', () => {
  const step = (atMs: number, offeredMbps: number, arrivedMbps: number) => ({
    userId: 'computer',
    atMs,
    offeredMbps,
    arrivedMbps,
  });

  it('shows the growth round by round, and the holding that follows as one', () => {
    const rounds = roundsOf([
      step(1000, 50, 50),
      step(2000, 75, 75),
      step(3000, 112, 90),
      step(4000, 108, 91),
      step(5000, 109, 89),
      step(6000, 107, 90),
    ]);
    expect(rounds.map(({ fromMs, toMs, arrivedMbps, count }) => [fromMs, toMs, arrivedMbps, count])).toEqual([
      [1000, 1000, 50, 1],
      [2000, 2000, 75, 1],
      [3000, 3000, 90, 1],
      [4000, 6000, 90, 3],
    ]);
  });

  it('takes none at all', () => {
    expect(roundsOf([])).toEqual([]);
  });
});

describe('termsOf', () => {
  it('counts a call with one side unknown by the other', () => {
    const side = { mos: 3.2, r: 64, lostShare: 0.04, playoutMs: 80, frozenS: 1, freezes: 2 };
    const terms = termsOf({ kind: 'call', grade: 'C', mos: 3.2, frozenS: 1, sides: { download: null, upload: side } });
    expect(terms.headline.value).toBe('3.20');
    expect(terms.rows.map(({ value }) => value)).toEqual(['–, 3.20', '1.00 s', '–, 2', '4.00 %', '80.0 ms']);
  });

  it('says that a film never began', () => {
    const terms = termsOf({
      kind: 'streaming',
      grade: 'F',
      startupMs: null,
      stalls: 0,
      stallS: 0,
      qualityShare: null,
      stepsDown: 1,
    });
    expect(terms.rows.map(({ value }) => value)).toEqual(['never began', 'never', '–', 'once']);
  });
});
