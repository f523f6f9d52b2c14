import { describe, expect, it } from 'vitest';
import { pathLatency } from '../../src/household/path-latency.ts';
import type { HouseholdRecording, UserRecording } from '../../src/household/recording.ts';
import type { ProbeSample } from '../../src/probe-log.ts';
import { AT, household, TRAFFIC_FROM_MS } from './recordings.ts';

const RECORDING = household({ durationMs: 30_000 });

/** Probes every 50 ms for 35 s; `of` gives the round trip, `null` for a lost one. */
function probes(of: (sentMs: number) => number | null | { censoredMs: number }): ProbeSample[] {
  return Array.from({ length: 700 }, (_, at) => {
    const sentMs = AT + at * 50;
    const fate = of(at * 50);
    if (fate === null) return { sentMs, rttMs: null, outcome: 'lost' };
    return typeof fate === 'number'
      ? { sentMs, rttMs: fate, outcome: 'ok' }
      : { sentMs, rttMs: fate.censoredMs, outcome: 'censored' };
  });
}

function path(of: UserRecording['probes'], recording: HouseholdRecording = RECORDING) {
  const [user] = recording.users;
  if (user === undefined) throw new Error('no user');
  return pathLatency({ ...user, probes: of }, recording);
}

const quietThen =
  (loadedMs: number | null) =>
  (sentMs: number): number | null =>
    sentMs < TRAFFIC_FROM_MS ? 10 : loadedMs;

describe("a user's path", () => {
  it('is told by UDP, as what load adds to the quiet line', () => {
    const found = path({ udp: probes(quietThen(50)), websocket: probes(quietThen(70)) });
    expect(found.signal).toBe('udp');
    expect(found.summaries).toMatchObject({ baseline: { count: 96, p50: 10 }, during: { count: 596, p50: 50 } });
    expect(found.added).toMatchObject({ p50: 40, p99: 40, interval: { low: 39.5, high: 40.5 } });
  });

  it('is told by the WebSocket where UDP has too few samples in a window', () => {
    expect(path({ websocket: probes(quietThen(50)) })).toMatchObject({ signal: 'websocket', added: { p50: 40 } });
    const udp = probes(quietThen(50)).slice(0, 100);
    expect(path({ udp, websocket: probes(quietThen(70)) })).toMatchObject({ signal: 'websocket', added: { p50: 60 } });
  });

  it('is known on the quiet line alone where the test was stopped before the traffic', () => {
    const found = path({ udp: probes(quietThen(50)) }, { ...RECORDING, traffic: undefined });
    expect(found).toMatchObject({ signal: 'udp', stability: null, added: { p50: null, grades: null } });
    expect(found.summaries).toMatchObject({ baseline: { p50: 10 }, during: { count: 0, p50: null } });
  });

  it('is unknown without an answer', () => {
    expect(path({})).toMatchObject({ signal: null, stability: null, added: { p50: null } });
    const unanswered = path({ udp: probes(() => ({ censoredMs: 3000 })) });
    expect(unanswered).toMatchObject({ signal: null, summaries: { baseline: { count: 0 } } });
  });

  it('loses what was sent into a silence that the other signal disproves', () => {
    const udp = probes((sentMs) => (sentMs < 25_000 ? 10 : { censoredMs: 3000 }));
    const found = path({ udp, websocket: probes(quietThen(12)) });
    expect(found.summaries.during.max).toBe(10);
    expect(found.gaps).toEqual([
      { userId: 'alex', what: 'probes', fromMs: 25_000, toMs: TRAFFIC_FROM_MS + 30_400, reason: 'replies ceased' },
    ]);
    expect(found.probes.udp).toHaveLength(500);
  });
});

describe('stability', () => {
  const share = (slow: (at: number) => boolean, fate: number | null = 45) =>
    path({ udp: probes((sentMs) => (sentMs >= TRAFFIC_FROM_MS && slow(sentMs / 50) ? fate : 10)) }).stability;

  it('is the share of probes within 30 ms of the quiet line', () => {
    expect(share(() => false)).toBe(1);
    expect(share((at) => at % 2 === 0)).toBeCloseTo(0.5, 2);
    expect(share(() => true)).toBe(0);
  });

  it('counts lost probes', () => {
    expect(share((at) => at % 4 === 0, null)).toBeCloseTo(0.75, 2);
  });

  it('leaves the last percent to the machines', () => {
    expect(share((at) => at % 150 === 0)).toBe(1);
    expect(share((at) => at % 50 === 0)).toBeLessThan(1);
  });
});
