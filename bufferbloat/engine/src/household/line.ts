import type { HouseholdResult, TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { bytesAt, type Window } from '../goodput.ts';
import { percentile, rounded } from '../percentile.ts';
import type { ByteCount } from '../recording.ts';
import { heldBack } from './held-back.ts';
import { countsOf, type Flow, isCounted, perFlow } from './rates.ts';
import type { HouseholdRecording, UserRecording } from './recording.ts';
import { wholeSeconds } from './seconds.ts';
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
  const messages = users.flatMap((user) => seriesOf(user, flow));
  const opposite = users.flatMap((user) => seriesOf(user, flow === 'download' ? 'upload' : 'download'));
  const probes = users.flatMap(probeSeries);
  return (second) => {
    const ms = second.toMs - second.fromMs;
    let goodput = 0;
    let wire = probes.reduce((sum, counts) => sum + between(counts, second), 0);
    for (const { counts, stream } of messages) {
      const bytes = between(counts, second);
      goodput += bytes;
      wire += bytes * wireFactor(stream);
    }
    for (const { counts, stream } of opposite) wire += ackBytes(stream, between(counts, second), ms);
    return { goodputMbps: goodput / 125 / ms, rateMbps: wire / 125 / ms };
  };
}

interface Series {
  readonly stream: TrafficStream;
  readonly counts: readonly ByteCount[];
}

function seriesOf({ profile, legs }: UserRecording, flow: Flow): Series[] {
  return profile.streams.flatMap((stream, index) =>
    stream.flow === flow ? legs.map((leg) => ({ stream, counts: countsOf(leg, flow, index) })) : [],
  );
}

function between(counts: readonly ByteCount[], { fromMs, toMs }: Window): number {
  return bytesAt(counts, toMs) - bytesAt(counts, fromMs);
}

/** Probes by signal, as a cumulative count: one that came back was on the line in both directions. */
function probeSeries({ probes }: UserRecording): ByteCount[][] {
  return (['udp', 'websocket'] as const).map((signal) => {
    const answered = (probes[signal] ?? []).filter(({ outcome }) => outcome === 'ok');
    return answered.map(({ sentMs }, index) => ({ atMs: sentMs, bytes: (index + 1) * PROBE_WIRE_BYTES[signal] }));
  });
}
