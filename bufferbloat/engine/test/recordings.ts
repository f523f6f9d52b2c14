import type { PhaseSpan } from '@rowhouse/bufferbloat-protocol';
import type { ProbeSample } from '../src/probe-log.ts';
import type { ByteCount, Recording } from '../src/recording.ts';

export const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A test that ran exactly as planned. */
export const SPANS: readonly PhaseSpan[] = [
  { id: 'baseline', startMs: 0, endMs: 5000, graded: { fromMs: 200, toMs: 5000 } },
  { id: 'download-warmup', startMs: 5000, endMs: 10_000, graded: null },
  { id: 'download', startMs: 10_000, endMs: 20_000, graded: { fromMs: 10_000, toMs: 20_000 } },
  { id: 'upload-warmup', startMs: 20_000, endMs: 25_000, graded: null },
  { id: 'upload', startMs: 25_000, endMs: 35_000, graded: { fromMs: 25_000, toMs: 35_000 } },
  { id: 'bidirectional', startMs: 35_000, endMs: 40_000, graded: { fromMs: 36_500, toMs: 40_000 } },
];

/** Probes every 50 ms for 40 s, each with the round trip and fate that `of` gives it (milliseconds since the start). */
export function probes(of: (sentMs: number) => number | null | { censoredMs: number }): ProbeSample[] {
  return Array.from({ length: 800 }, (_, at) => {
    const sentMs = AT + at * 50;
    const fate = of(at * 50);
    if (fate === null) return { sentMs, rttMs: null, outcome: 'lost' };
    if (typeof fate === 'number') return { sentMs, rttMs: fate, outcome: 'ok' };
    return { sentMs, rttMs: fate.censoredMs, outcome: 'censored' };
  });
}

/** 10 ms idle; under load 100, 60 and 120 ms. */
export function roundTrip(sentMs: number): number {
  if (sentMs < 5000) return 10;
  if (sentMs < 20_000) return 100;
  return sentMs < 35_000 ? 60 : 120;
}

/** Cumulative counts every 100 ms of a rate given in Mbit/s at each moment since the start. */
export function counts(mbps: (atMs: number) => number): ByteCount[] {
  let bytes = 0;
  return Array.from({ length: 401 }, (_, at) => {
    if (at > 0) bytes += (mbps(at * 100 - 50) / 8) * 1000 * 100;
    return { atMs: AT + at * 100, bytes };
  });
}

export const DOWN = counts((atMs) => (atMs > 5000 && atMs < 20_000 ? 20 : atMs > 35_000 ? 18 : 0));
export const UP = counts((atMs) => (atMs > 20_000 && atMs < 35_000 ? 5 : atMs > 35_000 ? 4 : 0));

/** TCP_INFO that agrees with `down`, with `lostPerS` retransmissions a second. */
export function tcp(down: readonly ByteCount[] = DOWN, lostPerS = 1): Recording['tcp'] {
  return down
    .filter(({ bytes }) => bytes > 0)
    .map(({ atMs, bytes }) => ({
      atMs,
      sample: {
        connections: 6,
        rttMs: roundTrip(atMs - AT) - 1,
        minRttMs: 9,
        retransmissions: Math.floor(((atMs - AT) / 1000) * lostPerS),
        deliveredBytes: bytes,
      },
    }));
}

/** A good test of a line of 20/5 Mbit/s, with whatever a test wants different. */
export function recording(different: Partial<Recording> = {}): Recording {
  return {
    id: 'test-1',
    startedAtMs: AT,
    endedAtMs: AT + 40_300,
    spans: SPANS,
    probes: { udp: probes(roundTrip), websocket: probes((sentMs) => roundTrip(sentMs) + 1) },
    unavailable: {},
    download: DOWN,
    upload: UP,
    tcp: tcp(),
    server: { congestionControl: 'cubic', tcpInfo: true },
    gaps: [],
    conditions: {
      hiddenMs: 0,
      clientLateMs: [0.1, 0.2, 0.3],
      serverLoopDelayMs: [{ atMs: AT, main: 1, ping: 0.5 }],
      drainTimedOut: [],
    },
    ...different,
  };
}

/** The same with other conditions. */
export function under(conditions: Partial<Recording['conditions']>): Recording {
  const usual = recording();
  return { ...usual, conditions: { ...usual.conditions, ...conditions } };
}
