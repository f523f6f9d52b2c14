import { HOUSEHOLD_PROFILES, type SessionMessage } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import type { TrafficTick } from '../../src/shared/household-messages.ts';
import { UserRecorder } from '../../src/page/run/household/user-recorder.ts';

const SARAH = HOUSEHOLD_PROFILES.find(({ id }) => id === 'sarah')!;
const OFFSET_MS = 1000;
const TICK: TrafficTick = {
  atMs: 10_100,
  heardMs: 10_099,
  received: [[0, 320]],
  arrivals: [[0, 3, 1.5, 160]],
  chunks: [],
  acknowledged: undefined,
  sent: [],
  lateMs: [0.5],
  stalled: false,
};
const REPORT: Extract<SessionMessage, { type: 'report' }> = {
  type: 'report',
  timeMs: 11_200,
  sent: [],
  arrivals: [[2, 5, -0.25, 160]],
  receivedBytes: [[2, 960]],
  adaptive: [{ atMs: 11_150, offeredMbps: 50, arrivedMbps: 50, state: 'growing' }],
  loopDelayMs: 3,
  tcp: { rttMs: 1, minRttMs: 1, retransmissions: 4 },
};
const ENDING = { startedAtMs: 5000, trafficToMs: 20_000, endedAtMs: 20_500 };

function recorder() {
  const user = new UserRecorder(SARAH, undefined);
  user.settle({ signal: 'udp', offsetMs: OFFSET_MS, oneWayMs: 4, medianMs: 9 });
  user.started({ startMs: 11_000, ownStartMs: 11_010 });
  return user;
}

describe('UserRecorder', () => {
  it('writes down both directions on our clock', () => {
    const user = recorder();
    user.tick(TICK);
    user.report(REPORT);
    user.ended(20_000, true);
    const { legs, adaptive, retransmissions, clientLateMs, serverLoopDelayMs, baseOneWayMs } = user.finish(
      undefined,
      ENDING,
    );
    expect(legs).toEqual([
      {
        startMs: 10_000,
        uploadStartMs: 10_010,
        endMs: 20_000,
        lost: false,
        units: [
          { stream: 0, sequence: 3, dueMs: 10_060, latenessMs: 1.5, bytes: 160 },
          { stream: 2, sequence: 5, dueMs: 10_110, latenessMs: -0.25, bytes: 160 },
        ],
        chunks: [],
        received: { download: [{ atMs: 10_100, bytes: [[0, 320]] }], upload: [{ atMs: 10_200, bytes: [[2, 960]] }] },
      },
    ]);
    expect(adaptive.map(({ atMs }) => atMs)).toEqual([10_150]);
    expect(retransmissions).toEqual([{ atMs: 10_200, count: 4 }]);
    expect([clientLateMs, serverLoopDelayMs, baseOneWayMs]).toEqual([[0.5], [3], 4]);
  });

  it('begins another leg where a connection was lost, and writes the gap between', () => {
    const user = recorder();
    user.tick(TICK);
    user.report(REPORT);
    user.lost('the connection was lost', 10_300, true);
    user.started({ startMs: 12_000, ownStartMs: 12_005 });
    user.report({ ...REPORT, timeMs: 12_100 });
    user.ended(20_000, false);
    const { legs, reconnects, retransmissions } = user.finish(undefined, ENDING);
    expect(legs.map(({ startMs, endMs, lost }) => [startMs, endMs, lost])).toEqual([
      [10_000, 10_099, true],
      [11_000, 20_000, true],
    ]);
    expect(reconnects).toBe(1);
    expect(retransmissions.map(({ count }) => count)).toEqual([4, 8]);
    expect(user.gaps(ENDING)).toEqual([
      { userId: 'sarah', what: 'traffic', fromMs: 5099, toMs: 6000, reason: 'the connection was lost' },
    ]);
  });

  it('writes a gap until the end where nobody came back, and none for what was lost outside of the load', () => {
    const user = recorder();
    user.lost('gone', 10_300, true);
    user.lost('gone again', 20_100, false);
    user.finish(undefined, ENDING);
    expect(user.gaps(ENDING)).toEqual([
      { userId: 'sarah', what: 'traffic', fromMs: 5000, toMs: 15_000, reason: 'gone' },
    ]);
  });

  it('names the gaps of the signal that the result stands on', () => {
    const user = recorder();
    const sent = [[0, 9000] as const];
    user.probes.take('udp', { type: 'probes', report: { sent, answered: [[0, 9010, 10_005]], lateMs: [] } });
    for (const signal of ['udp', 'websocket'] as const) {
      user.probes.take(signal, { type: 'down', atMs: 12_000, reason: `${signal} lost` });
      user.probes.take(signal, { type: 'up', atMs: 12_500 });
    }
    user.finish(undefined, ENDING);
    expect(user.gaps(ENDING)).toEqual([
      { userId: 'sarah', what: 'probes', fromMs: 7000, toMs: 7500, reason: 'udp lost' },
    ]);
  });
});
