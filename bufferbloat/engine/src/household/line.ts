import type { HouseholdResult } from '@rowhouse/bufferbloat-protocol';
import { bytesAt, type Window } from '../goodput.ts';
import { percentile, rounded } from '../percentile.ts';
import type { ProbeSample } from '../probe-log.ts';
import type { ByteCount } from '../recording.ts';
import { isWithin } from '../windows.ts';
import { heldBack, wholeSeconds } from './held-back.ts';
import { countsOf, FLOWS, type Flow, isCounted, perFlow } from './rates.ts';
import type { HouseholdRecording, UserRecording } from './recording.ts';
import { ackBytes, PROBE_WIRE_BYTES, wireFactor } from './wire.ts';

/** A line that was full for less than this many seconds, and this share of them, was not filled but had a hiccup. */
const LEAST_SECONDS = 3;
const LEAST_SHARE = 0.25;
/** Of a line that was never full: what it carried in its best seconds. */
const BEST_PERCENTILE = 90;

interface Second {
  readonly goodputMbps: number;
  readonly rateMbps: number;
}

/**
 * What the line was found to carry in each direction: the traffic of all users together in each second, as goodput and as
 * estimated frames on the wire. The median of the seconds in which bulk was held back; if there are none the line was
 * not filled, and what is told is what it carried at least.
 */
export function lineOf({ users, traffic }: HouseholdRecording): HouseholdResult['household']['line'] {
  const found = perFlow((flow) => (traffic === undefined ? undefined : foundIn(users, flow, traffic)));
  return {
    filled: perFlow((flow) => found[flow]?.filled ?? false),
    goodputMbps: perFlow((flow) => rounded(found[flow]?.goodputMbps ?? null)),
    rateMbps: perFlow((flow) => rounded(found[flow]?.rateMbps ?? null)),
  };
}

function foundIn(
  users: readonly UserRecording[],
  flow: Flow,
  traffic: Window,
): { filled: boolean; goodputMbps: number | null; rateMbps: number | null } {
  const measure = meter(users, flow);
  const counted = users
    .flatMap(({ legs }) => legs.filter((leg) => isCounted(leg, flow)))
    .map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }));
  const seconds = wholeSeconds(traffic).filter((second) => counted.some((leg) => covers(leg, second)));
  const full = users.filter(({ profile }) => profile.verdict === 'bulk').flatMap((user) => heldBack(user, flow));
  const held = seconds.filter((second) => full.some((stretch) => covers(stretch, second)));
  const filled = held.length >= Math.max(LEAST_SECONDS, LEAST_SHARE * seconds.length);
  const figures = (filled ? held : seconds).map(measure);
  const typical = (values: readonly number[]) => percentile(values, filled ? 50 : BEST_PERCENTILE);
  return {
    filled,
    goodputMbps: typical(figures.map(({ goodputMbps }) => goodputMbps)),
    rateMbps: typical(figures.map(({ rateMbps }) => rateMbps)),
  };
}

function covers(stretch: Window, second: Window): boolean {
  return stretch.fromMs <= second.fromMs && stretch.toMs >= second.toMs;
}

/** What went over the line in one direction in a stretch of time: messages, acknowledgements of the other way, probes. */
function meter(users: readonly UserRecording[], flow: Flow): (second: Window) => Second {
  const series = perFlow((each) => users.flatMap((user) => seriesOf(user, each)));
  const [other] = FLOWS.filter((each) => each !== flow);
  const probes = users.flatMap((user) => probeBytes(user));
  return (second) => {
    const ms = second.toMs - second.fromMs;
    let goodput = 0;
    let wire = 0;
    for (const { counts, stream } of series[flow]) {
      const bytes = between(counts, second);
      goodput += bytes;
      wire += bytes * wireFactor(stream);
    }
    for (const { counts, stream } of other === undefined ? [] : series[other]) {
      wire += ackBytes(stream, between(counts, second), ms);
    }
    for (const { sentMs, bytes } of probes) if (isWithin(sentMs, second)) wire += bytes;
    return { goodputMbps: goodput / 125 / ms, rateMbps: wire / 125 / ms };
  };
}

function seriesOf({ profile, legs }: UserRecording, flow: Flow) {
  return profile.streams.flatMap((stream, index) =>
    stream.flow === flow ? legs.map((leg) => ({ stream, counts: countsOf(leg, flow, index) })) : [],
  );
}

function between(counts: readonly ByteCount[], { fromMs, toMs }: Window): number {
  return bytesAt(counts, toMs) - bytesAt(counts, fromMs);
}

/** A probe that came back was on the line in both directions. */
function probeBytes({ probes }: UserRecording): { sentMs: number; bytes: number }[] {
  return (['udp', 'websocket'] as const).flatMap((signal) =>
    (probes[signal] ?? [])
      .filter(({ outcome }: ProbeSample) => outcome === 'ok')
      .map(({ sentMs }) => ({ sentMs, bytes: PROBE_WIRE_BYTES[signal] })),
  );
}
