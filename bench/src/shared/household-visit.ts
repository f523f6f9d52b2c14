import { setTimeout as sleep } from 'node:timers/promises';
import type { Discovery, SenderCounts, UserProfile } from '@rowhouse/bufferbloat-protocol';
import { discover } from './household.ts';
import { HouseholdSession, type StartRequest } from './household-session.ts';
import { quantile } from './quantiles.ts';

/** One connection of a user, as its client saw it. */
export interface Leg {
  readonly architecture: Discovery['architecture'];
  readonly port: number;
  /** From `connect` of a fresh TCP connection to the answer of the upgrade. */
  readonly establishedMs: number;
  /** From the answer of the discovery to the first message of traffic. */
  readonly firstTrafficMs: number | undefined;
  /** From the last sign of the leg before; `undefined` for the first leg. */
  readonly gapMs: number | undefined;
  /** How long there was traffic, and what of the wanted bytes was delivered in that time. */
  readonly seconds: number;
  readonly downloadShare: number;
  readonly uploadShare: number;
  readonly dueUnits: number;
  readonly droppedUnits: number;
  /** `undefined` where there are no ticks, no audio and no video. */
  readonly lateP99Ms: number | undefined;
  /** Why it ended; `undefined`: properly, at the end of the test. */
  readonly ended: string | undefined;
}

/** One user of one household through a test. */
export interface Visit {
  readonly userId: string;
  readonly legs: readonly Leg[];
  /** Discoveries and upgrades that were refused or failed. */
  readonly failures: readonly string[];
  /** The test came to its end with a last report. */
  readonly finished: boolean;
}

export interface VisitOptions {
  readonly mainPort: number;
  /** Loopback address to come from. */
  readonly from: string;
  readonly token: string;
  readonly userId: string;
  /** Length of the test's traffic. */
  readonly seconds: number;
  readonly request: StartRequest;
  /** Told every session, which then needs `step` every few milliseconds until it has ended. */
  readonly onSession: (session: HouseholdSession) => void;
}

/** By the rules of the page: a session without a sign of life for so long is given up. */
const SILENT_MS = 3000;
const LOOK_MS = 100;
const TRY_AGAIN_MS = 100;
const LAST_REPORT_MS = 3000;

/** Goes through a test as the page does: whenever its session is lost, it asks anew where to go and begins again. */
export async function visit(options: VisitOptions): Promise<Visit> {
  const { mainPort, from, userId, token, seconds, request, onSession } = options;
  const legs: Leg[] = [];
  const failures: string[] = [];
  let lastHeardMs: number | undefined;
  let endMs = Number.POSITIVE_INFINITY;
  const giveUpMs = performance.now() + (seconds + 20) * 1000;
  while (performance.now() < Math.min(endMs, giveUpMs)) {
    let session: HouseholdSession | undefined;
    try {
      const found = await discover(mainPort, from, userId, token);
      const discoveredMs = performance.now();
      session = await HouseholdSession.open(found.websocket_url, from, request);
      onSession(session);
      const seen = await watch(session, (startedMs) => {
        if (endMs === Number.POSITIVE_INFINITY) endMs = startedMs + seconds * 1000;
        return endMs;
      });
      legs.push({
        architecture: session.hello?.architecture ?? found.architecture,
        port: found.port,
        establishedMs: session.establishedMs - session.openedMs,
        firstTrafficMs: known(session.firstTrafficMs - discoveredMs),
        gapMs: lastHeardMs === undefined ? undefined : known(session.firstTrafficMs - lastHeardMs),
        ...seen,
      });
      lastHeardMs = session.lastHeardMs;
      if (session.stopped) return { userId, legs, failures, finished: true };
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      await sleep(TRY_AGAIN_MS);
    } finally {
      session?.close();
    }
  }
  return { userId, legs, failures, finished: false };
}

type Seen = Omit<Leg, 'architecture' | 'port' | 'establishedMs' | 'firstTrafficMs' | 'gapMs'>;

/** Waits for the end of the test or of the session, and takes stock. */
async function watch(session: HouseholdSession, endMsAfter: (startedMs: number) => number): Promise<Seen> {
  let endMs = Number.POSITIVE_INFINITY;
  for (;;) {
    if (!Number.isNaN(session.startedMs)) endMs = endMsAfter(session.startedMs);
    const nowMs = performance.now();
    if (nowMs >= endMs || session.ended !== undefined || nowMs - session.lastHeardMs > SILENT_MS) break;
    await Promise.race([session.closed, sleep(Math.max(0, Math.min(LOOK_MS, endMs - nowMs)))]);
  }
  const traffic = performance.now() - session.startedMs;
  const downloadBytes = sum(session.receivedBytes.values());
  if (session.ended === undefined && performance.now() >= endMs) {
    session.stop();
    const giveUpMs = performance.now() + LAST_REPORT_MS;
    while (!session.stopped && session.ended === undefined && performance.now() < giveUpMs) await sleep(10);
  }
  const seconds = Number.isNaN(traffic) ? 0 : traffic / 1000;
  const uploadBytes = sum((session.report?.receivedBytes ?? []).map(([, bytes]) => bytes));
  const { profile } = session.hello ?? {};
  const units = unitCounts(profile, session.report?.sent ?? []);
  return {
    seconds,
    downloadShare: downloadBytes / ((profile?.downloadMbps ?? 0) * 125_000 * seconds),
    uploadShare: uploadBytes / ((profile?.uploadMbps ?? 0) * 125_000 * seconds),
    dueUnits: sum(units.map(({ due }) => due)),
    droppedUnits: sum(units.map(({ dropped }) => dropped)),
    lateP99Ms: known(quantile(session.latenessMs, 0.99)),
    ended: session.stopped ? undefined : (session.ended ?? 'silent for 3 s'),
  };
}

function unitCounts(profile: UserProfile | undefined, sent: readonly SenderCounts[]): SenderCounts[] {
  return sent.filter(({ stream }) => {
    const kind = profile?.streams[stream]?.kind;
    return kind !== undefined && kind !== 'bulk' && kind !== 'segments';
  });
}

/** What never happened has no time; as JSON knows no NaN. */
const known = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : ms);

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
