import type { Confidence, Signal } from '@rowhouse/bufferbloat-protocol';
import type { Evidence, Finding } from './evidence.ts';
import { lineNotFilled } from './line-filled.ts';
import { percentile } from './percentile.ts';
import { retransmittedShare } from './retransmissions.ts';
import { DIRECTIONS, type PerWindow, WINDOWS, type WindowId, type WindowSamples, type Windows } from './windows.ts';

/** Thresholds; docs/method.md says where each comes from. */
const HIDDEN_LOW_MS = 1000;
const LATE_MEDIUM_MS = 4;
const LATE_LOW_MS = 20;
const LATE_MEDIUM_SHARE = 0.04;
const LATE_LOW_SHARE = 0.2;
const MAIN_DELAY_MS = 100;
const FEW_MEDIUM = 30;
const FEW_LOW = 15;
const LOSSY_MEDIUM = 0.005;
const LOSSY_LOW = 0.02;
const GAP_LOW_SHARE = 0.2;
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

const LABELS: PerWindow<string> = {
  baseline: 'the idle phase',
  download: 'the download phase',
  upload: 'the upload phase',
  bidirectional: 'the bidirectional phase',
};

/** The level is that of the gravest finding; without one it is high. Reasons come gravest first. */
export function confidenceOf(evidence: Evidence): Confidence {
  const findings = [
    tabHidden(evidence),
    clientBusy(evidence),
    serverBusy(evidence),
    congestionControl(evidence),
    fewSamples(evidence),
    lineNotFilled(evidence),
    tcpProbesOnLossyLine(evidence),
    gap(evidence),
    queueNotDrained(evidence),
    nearBoundary(evidence),
  ].filter((finding) => finding !== undefined);
  const low = findings.filter((finding) => finding.level === 'low');
  const medium = findings.filter((finding) => finding.level === 'medium');
  return {
    level: low.length > 0 ? 'low' : medium.length > 0 ? 'medium' : 'high',
    reasons: [...low, ...medium].map(({ code, message }) => ({ code, message })),
  };
}

function tabHidden({ recording }: Evidence): Finding | undefined {
  const { hiddenMs } = recording.conditions;
  if (hiddenMs <= 0) return undefined;
  const message = `The page was hidden for ${seconds(hiddenMs)}; browsers slow hidden pages down.`;
  return { code: 'tab-hidden', level: hiddenMs >= HIDDEN_LOW_MS ? 'low' : 'medium', message };
}

/** Late timers mean late replies: what 5 % of them were late by is measured against the least latency under load. */
function clientBusy({ recording, graded }: Evidence): Finding | undefined {
  const lateMs = percentile(recording.conditions.clientLateMs, 95) ?? 0;
  const level = lateness(lateMs, leastLoadedMs(graded));
  const message = `This device was busy: one timer in twenty fired ${millis(lateMs)} late or later.`;
  return level && { code: 'browser-busy', level, message };
}

function serverBusy({ recording, graded }: Evidence): Finding | undefined {
  const delays = recording.conditions.serverLoopDelayMs;
  const pingMs =
    percentile(
      delays.flatMap(({ ping }) => ping ?? []),
      95,
    ) ?? 0;
  const mainMs =
    percentile(
      delays.map(({ main }) => main),
      95,
    ) ?? 0;
  const level = lateness(pingMs, leastLoadedMs(graded)) ?? (mainMs > MAIN_DELAY_MS ? 'medium' : undefined);
  const message = `The server was busy: it kept replies waiting for up to ${millis(pingMs)} and load for up to ${millis(mainMs)}.`;
  return level && { code: 'server-busy', level, message };
}

function congestionControl({ recording }: Evidence): Finding | undefined {
  const used = recording.server.congestionControl;
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

function fewSamples({ graded }: Evidence): Finding | undefined {
  const counts = WINDOWS.map((id) => ({ id, count: graded[id].rttsMs.length })).sort((a, b) => a.count - b.count);
  const fewest = counts[0];
  if (fewest === undefined || fewest.count >= FEW_MEDIUM) return undefined;
  const message = `Only ${fewest.count} latency samples in ${LABELS[fewest.id]}.`;
  return { code: 'few-samples', level: fewest.count < FEW_LOW ? 'low' : 'medium', message };
}

function tcpProbesOnLossyLine({ recording, signals, windows }: Evidence): Finding | undefined {
  if (signals.graded !== 'websocket') return undefined;
  const share = Math.max(
    retransmittedShare(recording.tcp, windows.download) ?? 0,
    retransmittedShare(recording.tcp, windows.bidirectional) ?? 0,
  );
  if (share < LOSSY_MEDIUM) return undefined;
  const message = `Latency was measured over TCP on a line that lost ${percent(share)} of its segments; a lost probe holds up those behind it.`;
  return { code: 'tcp-probes-on-lossy-line', level: share >= LOSSY_LOW ? 'low' : 'medium', message };
}

function gap({ recording, signals, windows }: Evidence): Finding | undefined {
  const longest = signals.gaps.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0];
  if (longest === undefined) return undefined;
  const shares = signals.gaps
    .filter(({ signal }) => signal === signals.graded)
    .flatMap((each) => WINDOWS.map((id) => sharedPart(each, windows[id], recording.startedAtMs)));
  const level = shares.some((share) => share >= GAP_LOW_SHARE) ? 'low' : 'medium';
  const length = seconds(longest.toMs - longest.fromMs);
  const message = `${signalName(longest.signal)} could not be measured for ${length}: ${longest.reason}.`;
  return { code: 'gap', level, message };
}

function queueNotDrained({ recording }: Evidence): Finding | undefined {
  const [first] = recording.conditions.drainTimedOut;
  if (first === undefined) return undefined;
  const phase = first === 'upload-warmup' ? 'upload' : first;
  const message = `Latency had not come back to its idle level when the ${phase} load began.`;
  return { code: 'queue-not-drained', level: 'medium', message };
}

function nearBoundary({ addedLatencyMs }: Evidence): Finding | undefined {
  const near = DIRECTIONS.find((direction) => {
    const { grades } = addedLatencyMs[direction];
    return grades !== null && grades.best !== grades.worst;
  });
  const grades = near && addedLatencyMs[near].grades;
  if (near === undefined || !grades) return undefined;
  const message = `The ${near} grade may be anything from ${grades.best} to ${grades.worst}: the line is near a boundary or its latency varies.`;
  return { code: 'near-boundary', level: 'medium', message };
}

/** A lateness matters when it is both long in itself and long beside what was measured. */
function lateness(lateMs: number, measuredMs: number): Finding['level'] | undefined {
  if (lateMs > Math.max(LATE_LOW_MS, LATE_LOW_SHARE * measuredMs)) return 'low';
  return lateMs > Math.max(LATE_MEDIUM_MS, LATE_MEDIUM_SHARE * measuredMs) ? 'medium' : undefined;
}

function leastLoadedMs(graded: PerWindow<WindowSamples>): number {
  return Math.min(...DIRECTIONS.map((direction) => percentile(graded[direction].rttsMs, 50) ?? 0));
}

function sharedPart(
  each: { readonly fromMs: number; readonly toMs: number },
  window: Windows[WindowId],
  startedAtMs: number,
): number {
  if (window === undefined) return 0;
  const fromMs = Math.max(each.fromMs + startedAtMs, window.fromMs);
  const toMs = Math.min(each.toMs + startedAtMs, window.toMs);
  return Math.max(0, toMs - fromMs) / (window.toMs - window.fromMs);
}

function signalName(signal: Signal): string {
  return { udp: 'UDP latency', websocket: 'WebSocket latency', 'tcp-info': 'In-flow latency' }[signal];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function millis(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
