import type { Ticket } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { Charts } from '../src/page/run/charts.ts';
import { RunFailure, runError } from '../src/page/run/failures.ts';
import { HiddenTime } from '../src/page/run/hidden-time.ts';
import { Readiness } from '../src/page/run/readiness.ts';
import { Recorder } from '../src/page/run/recorder.ts';
import { signalInUse } from '../src/page/run/signal-in-use.ts';
import { scaleOf } from '../src/page/run/state.ts';

describe('scaleOf', () => {
  it.each([
    ['/', 1],
    ['/?scale=0.1', 0.1],
    ['/?scale=0.02', 0.02],
    ['/?scale=1', 1],
    ['/?scale=0.01', 1],
    ['/?scale=2', 1],
    ['/?scale=-1', 1],
    ['/?scale=', 1],
    ['/?scale=NaN', 1],
    ['/?scale=abc', 1],
  ])('of %s is %d', (path, scale) => {
    expect(scaleOf(new URL(path, 'http://host'))).toBe(scale);
  });
});

describe('signalInUse', () => {
  it('is UDP while it answers', () => {
    expect(signalInUse(10_000, { udp: 8000, websocket: 9999 })).toBe('udp');
  });

  it('is the WebSocket once UDP has been silent for three seconds', () => {
    expect(signalInUse(10_000, { udp: 7000, websocket: 9999 })).toBe('websocket');
    expect(signalInUse(10_000, { udp: undefined, websocket: 9999 })).toBe('websocket');
  });

  it('is whichever answered last when both are silent, and none before the first answer', () => {
    expect(signalInUse(10_000, { udp: 5000, websocket: 4000 })).toBe('udp');
    expect(signalInUse(10_000, { udp: 4000, websocket: 5000 })).toBe('websocket');
    expect(signalInUse(10_000, { udp: undefined, websocket: undefined })).toBeUndefined();
  });
});

describe('Readiness', () => {
  it('waits until it is decided whether there is UDP', () => {
    const readiness = new Readiness(true);
    readiness.serverUp();
    readiness.signalUp('websocket');
    expect(readiness.complete).toBe(false);
    readiness.udpUnavailable();
    expect(readiness.complete).toBe(true);
  });

  it('is content with UDP alone, never with telemetry alone, and names what is missing', () => {
    const readiness = new Readiness(true);
    readiness.signalUp('udp');
    expect([readiness.complete, readiness.missing]).toEqual([false, 'unreachable']);
    readiness.serverUp();
    expect(readiness.complete).toBe(true);
    const without = new Readiness(false);
    without.serverUp();
    expect([without.complete, without.missing]).toEqual([false, 'no-probes']);
  });
});

describe('HiddenTime', () => {
  it('adds up the hidden stretches, the one under way included', () => {
    const clock = { nowMs: 0 };
    const hidden = new HiddenTime(() => clock.nowMs, false);
    clock.nowMs = 100;
    hidden.note(true);
    clock.nowMs = 150;
    hidden.note(false);
    clock.nowMs = 500;
    expect(hidden.totalMs()).toBe(50);
    hidden.note(true);
    clock.nowMs = 520;
    expect(hidden.totalMs()).toBe(70);
  });

  it('counts from the start when the page was hidden then', () => {
    const clock = { nowMs: 0 };
    const hidden = new HiddenTime(() => clock.nowMs, true);
    clock.nowMs = 30;
    expect(hidden.totalMs()).toBe(30);
  });
});

describe('Charts', () => {
  it('keep their points in order of time although replies come as they please', () => {
    const { series, ...charts } = chartsOf();
    for (const atMs of [10, 30, 20, 40, 5]) charts.add(atMs);
    expect(series.latency.udp.map((point) => point.atMs)).toEqual([5, 10, 20, 30, 40]);
  });

  it('tell of growth at most ten times a second, and not without it', () => {
    const { charts, add } = chartsOf();
    charts.beat(1000);
    expect(charts.revision.value).toBe(0);
    add(1);
    charts.beat(1000);
    add(2);
    charts.beat(1050);
    expect(charts.revision.value).toBe(1);
    charts.beat(1100);
    charts.beat(1200);
    expect(charts.revision.value).toBe(2);
  });

  it('stay bounded, and are emptied in place', () => {
    const { series, charts, add } = chartsOf();
    const points = series.latency.udp;
    for (let atMs = 0; atMs < 5000; atMs++) add(atMs);
    expect(points.length).toBe(4096);
    expect(points[0]?.atMs).toBe(904);
    charts.clear();
    expect(points).toEqual([]);
    expect(series.latency.udp).toBe(points);
  });
});

function chartsOf() {
  const charts = new Charts();
  return { charts, series: charts.series, add: (atMs: number) => charts.latency('udp', { atMs, value: 1 }) };
}

describe('RunFailure', () => {
  it('says what happened and what to do, in the words of the server where it has any', () => {
    expect(runError(new RunFailure('refused', 'Too many tests from your address.', 61)).message).toBe(
      'Too many tests from your address. Start again in 61 seconds.',
    );
    expect(runError(new RunFailure('refused', 'Full.', 7200)).message).toBe('Full. Start again in 2 hours.');
    expect(runError(new Error('secret detail'))).toMatchObject({ code: 'internal' });
  });
});

const TICKET: Ticket = {
  id: 'test',
  token: 'token',
  expiresAtMs: 0,
  ping: { port: 8005, udp: true },
  server: { congestionControl: 'cubic', tcpInfo: true },
};

const ENDING = { endedAtMs: 20_000, spans: [], drainTimedOut: [], hiddenMs: 0 };

describe('Recorder', () => {
  it('gives the replies among what happened, by the time of sending', () => {
    const recorder = new Recorder(TICKET);
    recorder.start(10_000);
    const sent = [[0, 10_100] as const, [1, 10_120] as const];
    expect(recorder.probes('udp', { type: 'probes', report: { sent, answered: [], lateMs: [0.5] } })).toEqual([]);
    const answered = [[1, 10_150, 5] as const, [9, 10_150, 5] as const];
    expect(recorder.probes('udp', { type: 'probes', report: { sent: [], answered, lateMs: [] } })).toEqual([
      { sentMs: 10_120, receivedMs: 10_150, serverMs: 5, rttMs: 30 },
    ]);
    expect(recorder.outstanding(10_200)).toBe(1);
  });

  it('writes a gap from the first probe that the break took to the first moment that it is whole again', () => {
    const recorder = new Recorder(TICKET);
    recorder.start(10_000);
    const sent = [[0, 10_900] as const, [1, 10_950] as const];
    recorder.probes('websocket', { type: 'probes', report: { sent, answered: [], lateMs: [] } });
    recorder.probes('websocket', { type: 'down', atMs: 11_000, reason: 'lost' });
    recorder.probes('websocket', { type: 'up', atMs: 11_400 });
    recorder.probes('udp', { type: 'down', atMs: 15_000, reason: 'gone for good' });
    const { gaps, probes } = recorder.finish(ENDING);
    expect(gaps).toEqual([
      { signal: 'websocket', fromMs: 900, toMs: 1400, reason: 'lost' },
      { signal: 'udp', fromMs: 5000, toMs: 10_000, reason: 'gone for good' },
    ]);
    expect(probes.websocket).toBeUndefined();
  });

  it('maps the server’s times to our clock', () => {
    const recorder = new Recorder(TICKET);
    recorder.start(10_000);
    const report = { sent: [[0, 10_000] as const], answered: [[0, 10_010, 510_005] as const], lateMs: [] };
    recorder.probes('udp', { type: 'probes', report });
    recorder.tick({ type: 'tick', timeMs: 511_000, upload: [[510_900, 42]], loopDelayMs: { main: 1 } });
    expect(recorder.toOurClock(511_000, 11_000)).toBe(11_000);
    const recording = recorder.finish(ENDING);
    expect(recording.upload).toEqual([{ atMs: 10_900, bytes: 42 }]);
    expect(recording.conditions.serverLoopDelayMs).toEqual([{ atMs: 11_000, main: 1 }]);
  });

  it('says why a signal is missing', () => {
    const { unavailable } = new Recorder({ ...TICKET, ping: { port: 1, udp: false } }).finish(ENDING);
    expect(unavailable).toEqual({
      udp: 'the server does not offer UDP probes',
      websocket: 'the ping server could not be reached by WebSocket',
    });
  });
});
