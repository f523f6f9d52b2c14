import type { LatencySummary, Result } from '@rowhouse/bufferbloat-protocol';
import { DIRECTIONS } from './windows.ts';

/** How well one kind of use works while the line is loaded. */
export interface Activity {
  readonly id: 'calls' | 'games' | 'streaming' | 'browsing';
  readonly verdict: 'good' | 'fair' | 'poor' | 'unknown';
  /** One sentence with the figures that decided. */
  readonly text: string;
}

/** What the verdicts stand on: the worst direction of each, under load. */
interface Figures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly lossShare: number;
  readonly downMbps: number;
  readonly upMbps: number;
}

/** The best that still counts as good, and as fair; sources are in docs/method.md. */
const CALL = { goodMs: 150, fairMs: 300, goodLoss: 0.01, fairLoss: 0.03, mbps: 1.2 };
const GAME = { goodMs: 60, fairMs: 100, goodLoss: 0.01, fairLoss: 0.03 };
const STREAM = { goodMbps: 15, fairMbps: 5 };
const BROWSE = { goodMs: 100, fairMs: 250, mbps: 1 };

/** Verdicts for calls, games, streaming and browsing. */
export function activities(result: Result): Activity[] {
  const figures = figuresOf(result);
  if (figures === undefined) {
    const text = 'Not measured.';
    return (['calls', 'games', 'streaming', 'browsing'] as const).map((id) => ({ id, verdict: 'unknown', text }));
  }
  return [calls(figures), games(figures), streaming(figures), browsing(figures)];
}

/** `undefined` unless every direction was measured: the missing one may be the worst. */
function figuresOf({ latencyMs, throughputMbps }: Result): Figures | undefined {
  const loaded = DIRECTIONS.map((direction) => latencyMs[direction]);
  const p50s = loaded.flatMap(({ p50 }) => p50 ?? []);
  const p95s = loaded.flatMap(({ p95 }) => p95 ?? []);
  const downMbps = throughputMbps.download.mean;
  const upMbps = throughputMbps.upload.mean;
  if (p50s.length < loaded.length || downMbps === null || upMbps === null) return undefined;
  return {
    p50Ms: Math.max(...p50s),
    p95Ms: Math.max(...p95s),
    lossShare: Math.max(...loaded.map(lossShare)),
    downMbps,
    upMbps,
  };
}

function lossShare({ count, lost }: LatencySummary): number {
  return lost === 0 ? 0 : lost / (count + lost);
}

function calls({ p95Ms, lossShare: loss, downMbps, upMbps }: Figures): Activity {
  const fits = Math.min(downMbps, upMbps) >= CALL.mbps;
  const good = p95Ms <= CALL.goodMs && loss <= CALL.goodLoss;
  const fair = p95Ms <= CALL.fairMs && loss <= CALL.fairLoss;
  const text = fits
    ? `Under load one packet in twenty takes ${millis(p95Ms)} or more there and back, and ${lossInWords(loss)} lost.`
    : `A video call needs ${CALL.mbps} Mbit/s each way; the line has ${rate(downMbps)} down and ${rate(upMbps)} up.`;
  return { id: 'calls', verdict: fits ? graded(good, fair) : 'poor', text };
}

function games({ p95Ms, lossShare: loss }: Figures): Activity {
  const good = p95Ms <= GAME.goodMs && loss <= GAME.goodLoss;
  const fair = p95Ms <= GAME.fairMs && loss <= GAME.fairLoss;
  const text = `Fast games want a ping below ${GAME.goodMs} ms; under load it goes up to ${millis(p95Ms)}, and ${lossInWords(loss)} lost.`;
  return { id: 'games', verdict: graded(good, fair), text };
}

function streaming({ downMbps }: Figures): Activity {
  const text = `${rate(downMbps)} down; HD needs about ${STREAM.fairMbps} and 4K about ${STREAM.goodMbps} Mbit/s. Players buffer ahead, so latency matters little.`;
  return { id: 'streaming', verdict: graded(downMbps >= STREAM.goodMbps, downMbps >= STREAM.fairMbps), text };
}

function browsing({ p50Ms, downMbps }: Figures): Activity {
  const fits = downMbps >= BROWSE.mbps;
  const text = `A page begins after about four round trips: ${((4 * p50Ms) / 1000).toFixed(1)} s while the line is loaded.`;
  return { id: 'browsing', verdict: graded(fits && p50Ms <= BROWSE.goodMs, fits && p50Ms <= BROWSE.fairMs), text };
}

function graded(good: boolean, fair: boolean): Activity['verdict'] {
  return good ? 'good' : fair ? 'fair' : 'poor';
}

function millis(ms: number): string {
  return `${Math.round(ms)} ms`;
}

function rate(mbps: number): string {
  return `${mbps.toFixed(mbps < 10 ? 1 : 0)} Mbit/s`;
}

/** With the verb, to stand before "lost". */
function lossInWords(share: number): string {
  if (share === 0) return 'none is';
  return share < 0.001 ? 'less than 0.1 % are' : `${(share * 100).toFixed(1)} % are`;
}
