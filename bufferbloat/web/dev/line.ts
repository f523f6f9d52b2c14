import { analyse, type ProbeSample, type Recording, singleUserPlan } from '@rowhouse/bufferbloat-engine';
import type { Gap, PhaseId, PhaseSpan, Result } from '@rowhouse/bufferbloat-protocol';

/** A made-up line: what the fixtures of the page are simulated on. All latencies in milliseconds. */
export interface Line {
  readonly restMs: number;
  readonly queueMs: Readonly<Record<'download' | 'upload' | 'bidirectional', number>>;
  readonly downMbps: number;
  readonly upMbps: number;
  /** Share of UDP probes lost while the queue is full. */
  readonly loss: number;
  readonly udp: boolean;
  readonly gap?: Gap;
  readonly hiddenMs: number;
  readonly congestionControl: string;
}

const GOOD: Line = {
  restMs: 8.4,
  queueMs: { download: 1.4, upload: 2.1, bidirectional: 2.9 },
  downMbps: 943,
  upMbps: 921,
  loss: 0,
  udp: true,
  hiddenMs: 0,
  congestionControl: 'cubic',
};

export const LINES: Readonly<Record<'aplus' | 'c' | 'f', Line>> = {
  aplus: GOOD,
  c: {
    ...GOOD,
    restMs: 23.7,
    queueMs: { download: 21, upload: 59.5, bidirectional: 60.8 },
    downMbps: 93.4,
    upMbps: 18.9,
    loss: 0.004,
    gap: { signal: 'udp', fromMs: 27_300, toMs: 29_100, reason: 'The ping server was restarted' },
    hiddenMs: 4200,
    congestionControl: 'bbr',
  },
  f: {
    ...GOOD,
    restMs: 18.2,
    queueMs: { download: 287, upload: 1040, bidirectional: 1230 },
    downMbps: 19.1,
    upMbps: 0.94,
    loss: 0.03,
  },
};

/** A sequence of numbers from 0 to 1 that is the same every time. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The test's phases on this line, back to back. */
export function spansOf(): PhaseSpan[] {
  let startMs = 0;
  return singleUserPlan().map(({ id, durationMs, gradedFromMs }) => {
    const endMs = startMs + durationMs;
    const graded = gradedFromMs === null ? null : { fromMs: startMs + gradedFromMs, toMs: endMs };
    const span = { id, startMs, endMs, graded };
    startMs = endMs;
    return span;
  });
}

function phaseAt(atMs: number): { readonly id: PhaseId; readonly intoMs: number } {
  const span = spansOf().find((each) => atMs < each.endMs) ?? spansOf().at(-1);
  return span === undefined ? { id: 'baseline', intoMs: 0 } : { id: span.id, intoMs: atMs - span.startMs };
}

/** How full the queue of a direction is, 0 to 1: it fills in the ramp and empties in a second after its load. */
function fill(direction: 'download' | 'upload' | 'bidirectional', atMs: number): number {
  const { id, intoMs } = phaseAt(atMs);
  if (id === direction) return direction === 'bidirectional' ? Math.min(1, intoMs / 900) : 1;
  if (id === `${direction}-warmup`) return Math.min(1, intoMs / 2600) ** 2;
  const justEnded =
    (direction === 'download' && id === 'upload-warmup') || (direction === 'upload' && id === 'bidirectional');
  return justEnded ? Math.max(0, 1 - intoMs / 700) : 0;
}

function probesOf(line: Line, signal: 'udp' | 'websocket', startedAtMs: number): ProbeSample[] {
  const random = randomOf(signal === 'udp' ? 7 : 11);
  const probes: ProbeSample[] = [];
  for (let atMs = 0; atMs < 40_000; atMs += 40) {
    if (line.gap !== undefined && line.gap.signal === signal && atMs >= line.gap.fromMs && atMs < line.gap.toMs)
      continue;
    const full = (['download', 'upload', 'bidirectional'] as const).reduce(
      (sum, direction) => sum + fill(direction, atMs) * line.queueMs[direction],
      0,
    );
    // A loss-based sender saws: the queue fills, drops, and fills again.
    const saw = 0.86 + 0.28 * ((atMs / 1900) % 1);
    const jitterMs = line.restMs * 0.05 * random() + (random() > 0.985 ? line.restMs * 0.6 * random() : 0);
    const overTcpMs = signal === 'websocket' ? 0.5 + random() * 0.4 : 0;
    const rttMs = line.restMs + full * saw * (0.93 + 0.14 * random()) + jitterMs + overTcpMs;
    const lost = signal === 'udp' && full > 1 && random() < line.loss;
    probes.push({ sentMs: startedAtMs + atMs, rttMs: lost ? null : rttMs, outcome: lost ? 'lost' : 'ok' });
  }
  return probes;
}

function rateOf(line: Line, direction: 'download' | 'upload', atMs: number): number {
  const share = Math.max(fill(direction, atMs), fill('bidirectional', atMs) * (direction === 'download' ? 0.9 : 0.82));
  const { id } = phaseAt(atMs);
  const loaded = id.startsWith(direction) || id === 'bidirectional';
  return loaded ? (direction === 'download' ? line.downMbps : line.upMbps) * Math.min(1, share * 1.4) : 0;
}

/** What a test on this line would have recorded, and its analysis. */
export function resultOf(line: Line): Result {
  const startedAtMs = Date.UTC(2026, 0, 31, 14, 32, 10);
  const random = randomOf(3);
  const counts = (direction: 'download' | 'upload') => {
    let bytes = 0;
    return Array.from({ length: 401 }, (_, tick) => {
      bytes += (rateOf(line, direction, tick * 100) * 1e6 * 0.1 * (0.97 + 0.06 * random())) / 8;
      return { atMs: startedAtMs + tick * 100, bytes: Math.round(bytes) };
    });
  };
  const download = counts('download');
  const recording: Recording = {
    id: '7f3a9c1e-5b2d-4e88-9a41-0c6d2f8e1b57',
    startedAtMs,
    endedAtMs: startedAtMs + 40_000,
    spans: spansOf(),
    probes: {
      ...(line.udp ? { udp: probesOf(line, 'udp', startedAtMs) } : {}),
      websocket: probesOf(line, 'websocket', startedAtMs),
    },
    unavailable: line.udp ? {} : { udp: 'The data channel could not be opened.' },
    download,
    upload: counts('upload'),
    tcp: download
      .filter((_, tick) => rateOf(line, 'download', tick * 100) > 0)
      .map(({ atMs, bytes }) => ({
        atMs,
        sample: {
          connections: 6,
          rttMs:
            line.restMs +
            fill('download', atMs - startedAtMs) * line.queueMs.download +
            fill('bidirectional', atMs - startedAtMs) * line.queueMs.bidirectional,
          minRttMs: line.restMs,
          retransmissions: 12,
          deliveredBytes: bytes,
        },
      })),
    server: { congestionControl: line.congestionControl, tcpInfo: true },
    gaps: line.gap === undefined ? [] : [line.gap],
    conditions: {
      hiddenMs: line.hiddenMs,
      clientLateMs: Array.from({ length: 400 }, () => 1),
      serverLoopDelayMs: [],
      drainTimedOut: [],
    },
  };
  return analyse(recording);
}
