import type { AddedLatency, UserGap, UserResult } from '@rowhouse/bufferbloat-protocol';
import { addedLatency } from '../added-latency.ts';
import { percentile, summarise } from '../percentile.ts';
import type { ProbeSample } from '../probe-log.ts';
import { LEAST_SAMPLES } from '../signals.ts';
import { cutSilence, SILENCE_REASON } from '../silence.ts';
import { samplesIn, type WindowSamples } from '../windows.ts';
import type { HouseholdRecording, UserRecording } from './recording.ts';

export type ProbeSignal = 'udp' | 'websocket';

/** What the path of one user was like. */
export interface PathLatency {
  readonly signal: ProbeSignal | null;
  /** Of the signal that counts; a window in which it has too few samples is empty. */
  readonly baseline: WindowSamples;
  readonly during: WindowSamples;
  readonly summaries: UserResult['latencyMs'];
  readonly added: AddedLatency;
  /** Share of the probes under load within 30 ms of the baseline's median, 0 to 1. */
  readonly stability: number | null;
  /** The probes of both signals that count, for the samples of the result. */
  readonly probes: { readonly [signal in ProbeSignal]: readonly ProbeSample[] };
  readonly gaps: readonly UserGap[];
}

/** A round trip within this of the quiet line's median counts as stable, in milliseconds: grade A of added latency. */
export const STABLE_MS = 30;
/** As much of the probes counts as all: the last percent belongs to the machines. */
const STABLE_WHOLE = 0.99;
const NOTHING: WindowSamples = { rttsMs: [], lost: 0 };

/** UDP before WebSocket: the first that has samples enough on the quiet line and under load, else on the quiet line. */
export function pathLatency(user: UserRecording, recording: HouseholdRecording): PathLatency {
  const udp = cutSilence(user.probes.udp ?? [], user.probes.websocket ?? []);
  const websocket = cutSilence(user.probes.websocket ?? [], user.probes.udp ?? []);
  const probes = { udp: udp.samples, websocket: websocket.samples };
  const windows = (signal: ProbeSignal) => ({
    baseline: enough(samplesIn(probes[signal], recording.baseline)),
    during: enough(samplesIn(probes[signal], recording.traffic)),
  });
  const signals = (['udp', 'websocket'] as const)
    .map((signal) => ({ signal, ...windows(signal) }))
    .filter(({ signal }) => probes[signal].some(({ outcome }) => outcome === 'ok'));
  const quiet = signals.filter(({ baseline }) => baseline.rttsMs.length > 0);
  const chosen = quiet.find(({ during }) => during.rttsMs.length > 0) ?? quiet[0];

  const { baseline, during } = chosen ?? { baseline: NOTHING, during: NOTHING };
  const toMs = recording.endedAtMs - recording.startedAtMs;
  return {
    signal: chosen?.signal ?? null,
    baseline,
    during,
    summaries: { baseline: summarise(baseline.rttsMs, baseline.lost), during: summarise(during.rttsMs, during.lost) },
    added: addedLatency(during, baseline),
    stability: stability(during, baseline),
    probes,
    gaps: [udp.silentFromMs, websocket.silentFromMs].flatMap((fromMs) =>
      fromMs === undefined
        ? []
        : [
            {
              userId: user.profile.id,
              what: 'probes' as const,
              fromMs: fromMs - recording.startedAtMs,
              toMs,
              reason: SILENCE_REASON,
            },
          ],
    ),
  };
}

function enough(samples: WindowSamples): WindowSamples {
  return samples.rttsMs.length >= LEAST_SAMPLES ? samples : NOTHING;
}

/** Lost probes are not stable ones. */
function stability(during: WindowSamples, baseline: WindowSamples): number | null {
  const baseMs = percentile(baseline.rttsMs, 50);
  if (baseMs === null || during.rttsMs.length === 0) return null;
  const stable = during.rttsMs.filter((rttMs) => rttMs <= baseMs + STABLE_MS).length;
  const share = stable / (during.rttsMs.length + during.lost);
  return share >= STABLE_WHOLE ? 1 : share;
}
