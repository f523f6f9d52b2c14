import type { Gap, Signal } from '@rowhouse/bufferbloat-protocol';
import type { ProbeSample } from './probe-log.ts';
import type { Recording } from './recording.ts';
import { cutSilence, SILENCE_REASON } from './silence.ts';
import { isWithin, perWindow, samplesIn, WINDOWS, windowsOf, type PerWindow, type WindowSamples } from './windows.ts';

/** In this order the signals are tried; the first that works is graded. */
const PRIORITY: readonly Signal[] = ['udp', 'websocket', 'tcp-info'];
/** Fewer samples in a window give no median worth the name. */
export const LEAST_SAMPLES = 10;

export type SignalSamples = { readonly [signal in Signal]?: PerWindow<WindowSamples> };

export interface Signals {
  /** What each signal that gave anything saw in each window. */
  readonly samples: SignalSamples;
  readonly graded: Signal | null;
  readonly unavailable: Recording['unavailable'];
  /** The recorder's gaps and those found here. */
  readonly gaps: readonly Gap[];
  /** The probes that count, in the order in which they were sent. */
  readonly probes: { readonly udp: readonly ProbeSample[]; readonly websocket: readonly ProbeSample[] };
}

/** Sorts out what each signal saw and which of them the grade stands on. */
export function signalsOf(recording: Recording): Signals {
  const windows = windowsOf(recording.spans, recording.startedAtMs);
  const all = { udp: recording.probes.udp ?? [], websocket: recording.probes.websocket ?? [] };
  const udp = withoutSilence('udp', all.udp, all.websocket, recording);
  const websocket = withoutSilence('websocket', all.websocket, all.udp, recording);
  const unavailable: { [signal in Signal]?: string } = {};
  for (const signal of PRIORITY) {
    const reason = recording.unavailable[signal];
    if (reason !== undefined) unavailable[signal] = reason;
  }

  const samples: { [signal in Signal]?: PerWindow<WindowSamples> } = {};
  for (const [signal, own] of [
    ['udp', udp.samples],
    ['websocket', websocket.samples],
  ] as const) {
    if (own.some((sample) => sample.outcome === 'ok')) samples[signal] = perWindow((id) => samplesIn(own, windows[id]));
    else unavailable[signal] ??= 'no probe was answered';
  }
  const inFlow = inFlowSamples(recording);
  if (inFlow === undefined) unavailable['tcp-info'] ??= 'the server did not report TCP_INFO';
  else samples['tcp-info'] = inFlow;

  return {
    samples,
    graded: gradedSignal(samples),
    unavailable,
    gaps: [...recording.gaps, ...udp.gaps, ...websocket.gaps],
    probes: { udp: udp.samples, websocket: websocket.samples },
  };
}

/** Whether a signal has samples enough in a window. In-flow there is one least round trip to stand for the baseline. */
export function isEnough(signal: Signal, id: keyof PerWindow<unknown>, samples: WindowSamples): boolean {
  return samples.rttsMs.length >= (signal === 'tcp-info' && id === 'baseline' ? 1 : LEAST_SAMPLES);
}

/** The signal with a baseline that works in most windows; of equals the first. */
function gradedSignal(samples: SignalSamples): Signal | null {
  let best: Signal | null = null;
  let most = 1;
  for (const signal of PRIORITY) {
    const own = samples[signal];
    if (own === undefined || !isEnough(signal, 'baseline', own.baseline)) continue;
    const working = WINDOWS.filter((id) => isEnough(signal, id, own[id])).length;
    if (working > most) {
      best = signal;
      most = working;
    }
  }
  return best;
}

/** The samples of a signal without those of a silence at its end, which is a gap of that signal. */
function withoutSilence(
  signal: 'udp' | 'websocket',
  own: readonly ProbeSample[],
  other: readonly ProbeSample[],
  recording: Recording,
): { samples: readonly ProbeSample[]; gaps: readonly Gap[] } {
  const { samples, silentFromMs } = cutSilence(own, other);
  if (silentFromMs === undefined) return { samples, gaps: [] };
  const fromMs = silentFromMs - recording.startedAtMs;
  const toMs = recording.endedAtMs - recording.startedAtMs;
  return { samples, gaps: [{ signal, fromMs, toMs, reason: SILENCE_REASON }] };
}

/** Round trips of the download connections; the least that the kernel saw stands for the baseline. */
function inFlowSamples(recording: Recording): PerWindow<WindowSamples> | undefined {
  const { tcp, spans, startedAtMs } = recording;
  if (tcp.length === 0) return undefined;
  const windows = windowsOf(spans, startedAtMs);
  const leastMs = Math.min(...tcp.map(({ sample }) => sample.minRttMs));
  return perWindow((id) => {
    if (id === 'baseline') return { rttsMs: [leastMs], lost: 0 };
    const own = id === 'upload' ? [] : tcp.filter(({ atMs }) => isWithin(atMs, windows[id]));
    return { rttsMs: own.map(({ sample }) => sample.rttMs), lost: 0 };
  });
}
