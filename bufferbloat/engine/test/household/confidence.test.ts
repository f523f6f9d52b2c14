import type { UserGap } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { analyseHousehold } from '../../src/household/analyse.ts';
import type { HouseholdRecording, UserRecording } from '../../src/household/recording.ts';
import { BLOATED, PERFECT } from './line-models.ts';
import { AT, household, withUser } from './recordings.ts';

const GOOD = household({ line: PERFECT, durationMs: 30_000 });

function confidence(recording: HouseholdRecording) {
  const { level, reasons } = analyseHousehold(recording).confidence;
  return { level, codes: reasons.map(({ code }) => code), messages: reasons.map(({ message }) => message) };
}

const alex = (change: Partial<UserRecording>) => withUser(GOOD, 'alex', (user) => ({ ...user, ...change }));

describe('the confidence in a household', () => {
  it('is high where nothing speaks against it', () => {
    expect(confidence(GOOD)).toEqual({ level: 'high', codes: [], messages: [] });
  });

  it.each<[string, HouseholdRecording, 'medium' | 'low', string]>([
    ['hidden for a moment', { ...GOOD, hiddenMs: 300 }, 'medium', 'tab-hidden'],
    ['hidden for long', { ...GOOD, hiddenMs: 1000 }, 'low', 'tab-hidden'],
    ['a worker with late timers', alex({ clientLateMs: [6] }), 'medium', 'browser-busy'],
    ['a worker with very late timers', alex({ clientLateMs: [30] }), 'low', 'browser-busy'],
    ['a busy process', alex({ serverLoopDelayMs: [6] }), 'medium', 'server-busy'],
    ['a very busy process', alex({ serverLoopDelayMs: [40] }), 'low', 'server-busy'],
    ['bbr', { ...GOOD, server: { congestionControl: 'bbr', tcpInfo: true } }, 'low', 'congestion-control'],
    [
      'an unknown algorithm',
      { ...GOOD, server: { congestionControl: 'unknown', tcpInfo: false } },
      'medium',
      'congestion-control',
    ],
  ])('suffers from %s', (_, recording, level, code) => {
    expect(confidence(recording)).toMatchObject({ level, codes: [code] });
  });

  it('suffers from few samples of one user', () => {
    const few = alex({ probes: { udp: GOOD.users[0]?.probes.udp?.filter((_, at) => at % 8 === 0) } });
    expect(confidence(few)).toMatchObject({
      level: 'low',
      messages: ['Only 12 latency samples in the quiet phase of Alex.'],
    });
    const none = alex({ probes: {} });
    expect(confidence(none).messages[0]).toBe('Only 0 latency samples in the quiet phase of Alex.');
  });

  it('suffers from bulk that was still growing, and more from none', () => {
    expect(confidence(household({ line: PERFECT, durationMs: 5000 }))).toMatchObject({
      level: 'medium',
      codes: ['line-not-filled'],
    });
    expect(confidence(household({ line: PERFECT, durationMs: 5000, adaptive: false })).codes).toEqual([]);
    const none = withUser(GOOD, 'computer', (user) => ({ ...user, legs: [] }));
    expect(confidence(none)).toMatchObject({ level: 'low', codes: ['line-not-filled'] });
    const bulkless = { ...GOOD, users: GOOD.users.filter(({ profile }) => profile.verdict !== 'bulk') };
    expect(confidence(bulkless).codes).toEqual([]);
  });

  it('suffers from probes over TCP on a line that loses', () => {
    const lossy = (count: number) =>
      withUser(GOOD, 'computer', (user) => ({
        ...user,
        probes: { websocket: user.probes.websocket },
        retransmissions: [
          { atMs: AT, count: 5 },
          { atMs: AT + 30_000, count: 5 + count },
        ],
      }));
    // 24 s near 1 Gbit/s are some 1.8 million segments.
    expect(confidence(lossy(100)).codes).toEqual([]);
    expect(confidence(lossy(20_000))).toMatchObject({ level: 'medium', codes: ['tcp-probes-on-lossy-line'] });
    expect(confidence(lossy(80_000))).toMatchObject({ level: 'low', codes: ['tcp-probes-on-lossy-line'] });
    const untold = alex({ probes: { websocket: GOOD.users[0]?.probes.websocket }, retransmissions: [] });
    expect(confidence(untold).codes).toEqual([]);
  });

  it('suffers from gaps, gravely from long ones', () => {
    const gap = (different: Partial<UserGap>): HouseholdRecording => ({
      ...GOOD,
      gaps: [{ userId: 'jake', what: 'traffic', fromMs: 10_000, toMs: 11_000, reason: 'process ended', ...different }],
    });
    expect(confidence(gap({}))).toEqual({
      level: 'medium',
      codes: ['gap'],
      messages: ["Jake's traffic could not be measured for 1.0 s: process ended."],
    });
    expect(confidence(gap({ toMs: 20_000 }))).toMatchObject({ level: 'low', codes: ['gap'] });
    expect(confidence(gap({ fromMs: 0, toMs: 1500, what: 'probes' }))).toMatchObject({
      level: 'low',
      messages: ["Jake's latency could not be measured for 1.5 s: process ended."],
    });
    expect(confidence(gap({ userId: 'nobody' })).messages[0]).toContain("nobody's traffic");
  });

  it('names the grade that is near a boundary', () => {
    const near = household({ line: { ...PERFECT, queueMs: () => 2.3 } });
    expect(confidence(near)).toMatchObject({ level: 'medium', codes: ['near-boundary'] });
    const result = analyseHousehold(near);
    expect(result.users['alex']?.grade.range).toEqual({ best: 'A+', worst: 'A' });
    expect(result.grade.range).toEqual({ best: 'A+', worst: 'A' });
  });

  it('is high on a bad line, too', () => {
    expect(confidence(household({ line: BLOATED })).level).toBe('high');
  });
});
