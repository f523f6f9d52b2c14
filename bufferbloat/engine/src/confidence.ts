import type { Confidence, Signal } from '@rowhouse/bufferbloat-protocol';
import type { Evidence, Finding } from './evidence.ts';
import {
  clientBusy,
  confidenceFrom,
  congestionControl,
  fewSamples,
  GAP_LOW_SHARE,
  lateness,
  millis,
  nearBoundary,
  seconds,
  tabHidden,
  tcpProbesOnLossyLine,
} from './findings.ts';
import { lineNotFilled } from './line-filled.ts';
import { percentile } from './percentile.ts';
import { retransmittedShare } from './retransmissions.ts';
import { absolute, DIRECTIONS, overlapShare, type PerWindow, WINDOWS, type WindowSamples } from './windows.ts';

/** The main process carries the load, which may wait longer than replies; in milliseconds. */
const MAIN_DELAY_MS = 100;

const LABELS: PerWindow<string> = {
  baseline: 'the idle phase',
  download: 'the download phase',
  upload: 'the upload phase',
  bidirectional: 'the bidirectional phase',
};

/** What speaks against the result of a single-user test. */
export function confidenceOf(evidence: Evidence): Confidence {
  const { recording, graded } = evidence;
  return confidenceFrom([
    tabHidden(recording.conditions.hiddenMs),
    clientBusy(recording.conditions.clientLateMs, leastLoadedMs(graded)),
    serverBusy(evidence),
    congestionControl(recording.server),
    fewestSamples(evidence),
    lineNotFilled(evidence),
    lossyLine(evidence),
    gap(evidence),
    queueNotDrained(evidence),
    boundary(evidence),
  ]);
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

function fewestSamples({ graded }: Evidence): Finding | undefined {
  const counts = WINDOWS.map((id) => ({ id, count: graded[id].rttsMs.length })).sort((a, b) => a.count - b.count);
  const fewest = counts[0];
  return fewest && fewSamples(fewest.count, LABELS[fewest.id]);
}

function lossyLine({ recording, signals, windows }: Evidence): Finding | undefined {
  if (signals.graded !== 'websocket') return undefined;
  return tcpProbesOnLossyLine(
    Math.max(
      retransmittedShare(recording.tcp, windows.download) ?? 0,
      retransmittedShare(recording.tcp, windows.bidirectional) ?? 0,
    ),
  );
}

function gap({ recording, signals, windows }: Evidence): Finding | undefined {
  const longest = signals.gaps.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0];
  if (longest === undefined) return undefined;
  const shares = signals.gaps
    .filter(({ signal }) => signal === signals.graded)
    .flatMap((each) => WINDOWS.map((id) => overlapShare(absolute(each, recording.startedAtMs), windows[id])));
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

function boundary({ addedLatencyMs }: Evidence): Finding | undefined {
  return DIRECTIONS.map((direction) => nearBoundary(`The ${direction} grade`, addedLatencyMs[direction].grades)).find(
    Boolean,
  );
}

function leastLoadedMs(graded: PerWindow<WindowSamples>): number {
  return Math.min(...DIRECTIONS.map((direction) => percentile(graded[direction].rttsMs, 50) ?? 0));
}

function signalName(signal: Signal): string {
  return { udp: 'UDP latency', websocket: 'WebSocket latency', 'tcp-info': 'In-flow latency' }[signal];
}
