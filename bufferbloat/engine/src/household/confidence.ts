import type { Confidence, UserGap } from '@rowhouse/bufferbloat-protocol';
import type { Finding } from '../evidence.ts';
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
} from '../findings.ts';
import { percentile } from '../percentile.ts';
import { retransmittedShareOf } from '../retransmissions.ts';
import { absolute, overlapShare } from '../windows.ts';
import { adaptiveOf, carriedBulk } from './adaptive.ts';
import type { PathLatency } from './path-latency.ts';
import { totalBytes } from './rates.ts';
import type { HouseholdRecording, UserRecording } from './recording.ts';

/** A user and what its path was like. */
export interface Measured {
  readonly user: UserRecording;
  readonly path: PathLatency;
}

/** What speaks against the result of a household test: the findings of a single-user test, of the user whom they concern most. */
export function householdConfidence(
  recording: HouseholdRecording,
  users: readonly Measured[],
  gaps: readonly UserGap[],
): Confidence {
  return confidenceFrom([
    tabHidden(recording.hiddenMs),
    gravest(users.map(({ user, path }) => clientBusy(user.clientLateMs, loadedMs(path)))),
    gravest(users.map(serverBusy)),
    congestionControl(recording.server),
    fewestSamples(users),
    bulkNotAtItsEnd(recording),
    gravest(users.map(lossyLine)),
    gravest(gaps.map((gap) => gapFinding(gap, recording, users))),
    gravest(users.map(({ user, path }) => nearBoundary(`${user.profile.name}'s latency grade`, path.added.grades))),
  ]);
}

/** Of one kind, the first that is low, else the first. */
function gravest(findings: readonly (Finding | undefined)[]): Finding | undefined {
  return findings.find((finding) => finding?.level === 'low') ?? findings.find(Boolean);
}

function loadedMs({ during }: PathLatency): number {
  return percentile(during.rttsMs, 50) ?? 0;
}

function serverBusy({ user, path }: Measured): Finding | undefined {
  const delayMs = percentile(user.serverLoopDelayMs, 95) ?? 0;
  const level = lateness(delayMs, loadedMs(path));
  const message = `The server was busy: the process of ${user.profile.name} kept messages waiting for up to ${millis(delayMs)}.`;
  return level && { code: 'server-busy', level, message };
}

function fewestSamples(users: readonly Measured[]): Finding | undefined {
  const [fewest] = users
    .flatMap(({ user, path }) => [
      { count: path.baseline.rttsMs.length, where: `the quiet phase of ${user.profile.name}` },
      { count: path.during.rttsMs.length, where: `the time under load of ${user.profile.name}` },
    ])
    .toSorted((a, b) => a.count - b.count);
  return fewest && fewSamples(fewest.count, fewest.where);
}

function bulkNotAtItsEnd(recording: HouseholdRecording): Finding | undefined {
  if (!carriedBulk(recording)) {
    return {
      code: 'line-not-filled',
      level: 'low',
      message: 'The bulk transfer carried nothing that could be counted.',
    };
  }
  const { end, steps } = adaptiveOf(recording);
  const last = steps.at(-1);
  if (end !== 'not-reached' || last === undefined) return undefined;
  const message = `The bulk transfer was still growing when the test ended, at ${last.offeredMbps.toFixed(0)} Mbit/s.`;
  return { code: 'line-not-filled', level: 'medium', message };
}

function lossyLine({ user, path }: Measured): Finding | undefined {
  if (path.signal !== 'websocket') return undefined;
  const first = user.retransmissions[0]?.count ?? 0;
  const last = user.retransmissions.at(-1)?.count ?? 0;
  return tcpProbesOnLossyLine(retransmittedShareOf(last - first, totalBytes(user, 'download')) ?? 0);
}

/** A gap is grave when it takes a fifth of the quiet line or of the time under load. */
function gapFinding(gap: UserGap, recording: HouseholdRecording, users: readonly Measured[]): Finding {
  const stretch = absolute(gap, recording.startedAtMs);
  const shares = [recording.baseline, recording.traffic].map((window) => overlapShare(stretch, window));
  const name = users.find(({ user }) => user.profile.id === gap.userId)?.user.profile.name ?? gap.userId;
  const what = gap.what === 'probes' ? 'latency' : 'traffic';
  const message = `${name}'s ${what} could not be measured for ${seconds(gap.toMs - gap.fromMs)}: ${gap.reason}.`;
  return { code: 'gap', level: shares.some((share) => share >= GAP_LOW_SHARE) ? 'low' : 'medium', message };
}
