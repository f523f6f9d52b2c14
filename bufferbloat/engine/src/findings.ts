import type { Confidence, Grade, ServerTcp } from '@rowhouse/bufferbloat-protocol';
import type { Finding } from './evidence.ts';
import { percentile } from './percentile.ts';

/**
 * What takes trust from a result of either kind of test, and from when on. docs/method.md says where each threshold comes
 * from.
 */

const HIDDEN_LOW_MS = 1000;
const LATE_MEDIUM_MS = 4;
const LATE_LOW_MS = 20;
const LATE_MEDIUM_SHARE = 0.04;
const LATE_LOW_SHARE = 0.2;
const FEW_MEDIUM = 30;
const FEW_LOW = 15;
const LOSSY_MEDIUM = 0.005;
const LOSSY_LOW = 0.02;
/** Share of a window from which a gap in it is grave. */
export const GAP_LOW_SHARE = 0.2;
/** Algorithms that fill a queue until it drops, as nearly all traffic does. */
const LOSS_BASED: ReadonlySet<string> = new Set([
  'cubic',
  'reno',
  'newreno',
  'bic',
  'htcp',
  'highspeed',
  'scalable',
  'hybla',
]);

/** The level is that of the gravest finding; without one it is high. Reasons come gravest first. */
export function confidenceFrom(findings: readonly (Finding | undefined)[]): Confidence {
  const found = findings.filter((finding) => finding !== undefined);
  const low = found.filter((finding) => finding.level === 'low');
  const medium = found.filter((finding) => finding.level === 'medium');
  return {
    level: low.length > 0 ? 'low' : medium.length > 0 ? 'medium' : 'high',
    reasons: [...low, ...medium].map(({ code, message }) => ({ code, message })),
  };
}

export function tabHidden(hiddenMs: number): Finding | undefined {
  if (hiddenMs <= 0) return undefined;
  const message = `The page was hidden for ${seconds(hiddenMs)}; browsers slow hidden pages down.`;
  return { code: 'tab-hidden', level: hiddenMs >= HIDDEN_LOW_MS ? 'low' : 'medium', message };
}

/**
 * Late timers mean late replies.
 *
 * @param clientLateMs one entry a timer of the probing thread
 * @param measuredMs the least latency under load that they are measured against
 */
export function clientBusy(clientLateMs: readonly number[], measuredMs: number): Finding | undefined {
  const lateMs = percentile(clientLateMs, 95) ?? 0;
  const level = lateness(lateMs, measuredMs);
  const message = `This device was busy: one timer in twenty fired ${millis(lateMs)} late or later.`;
  return level && { code: 'browser-busy', level, message };
}

/** A lateness matters when it is both long in itself and long beside what was measured. */
export function lateness(lateMs: number, measuredMs: number): Finding['level'] | undefined {
  if (lateMs > Math.max(LATE_LOW_MS, LATE_LOW_SHARE * measuredMs)) return 'low';
  return lateMs > Math.max(LATE_MEDIUM_MS, LATE_MEDIUM_SHARE * measuredMs) ? 'medium' : undefined;
}

export function congestionControl({ congestionControl: used }: ServerTcp): Finding | undefined {
  if (LOSS_BASED.has(used)) return undefined;
  return used === 'unknown'
    ? {
        code: 'congestion-control',
        level: 'medium',
        message: "The server's congestion control cannot be read; one such as bbr would hide bufferbloat in downloads.",
      }
    : {
        code: 'congestion-control',
        level: 'low',
        message: `The server sends with ${used}, which keeps queues short by itself and hides bufferbloat in downloads.`,
      };
}

/** @param where such as "the idle phase": the window with the fewest samples */
export function fewSamples(count: number, where: string): Finding | undefined {
  if (count >= FEW_MEDIUM) return undefined;
  const message = `Only ${count} latency samples in ${where}.`;
  return { code: 'few-samples', level: count < FEW_LOW ? 'low' : 'medium', message };
}

/** @param share of the download segments that were sent again, where latency was measured over TCP */
export function tcpProbesOnLossyLine(share: number): Finding | undefined {
  if (share < LOSSY_MEDIUM) return undefined;
  const message = `Latency was measured over TCP on a line that lost ${percent(share)} of its segments; a lost probe holds up those behind it.`;
  return { code: 'tcp-probes-on-lossy-line', level: share >= LOSSY_LOW ? 'low' : 'medium', message };
}

/** @param which such as "The download grade" */
export function nearBoundary(
  which: string,
  grades: { readonly best: Grade; readonly worst: Grade } | null,
): Finding | undefined {
  if (grades === null || grades.best === grades.worst) return undefined;
  const message = `${which} may be anything from ${grades.best} to ${grades.worst}: the line is near a boundary or its latency varies.`;
  return { code: 'near-boundary', level: 'medium', message };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function millis(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
