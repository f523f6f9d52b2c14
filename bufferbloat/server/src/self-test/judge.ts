import { isUnitStream, streamsOf } from '@rowhouse/bufferbloat-engine';
import type { SenderCounts, TrafficStream, UserProfile } from '@rowhouse/bufferbloat-protocol';

/** By how many units the end of the time may be off, and by which share: the loop that counts them may be late. */
const UNITS_OFF = 3;
const UNITS_SHARE_OFF = 0.05;
/** How far the rate of bulk and segments may be off: time that the processors had not is not made up for. */
const RATE_OFF = 0.1;
/** Messages that would be late are dropped; more than this share on this machine itself is a fault. */
const MOST_DROPPED = 0.5;
/** Above this it is worth a word. */
const NOTED_DROPPED = 0.02;

/**
 * Compares what one side sent with the profile, and what arrived with what was sent.
 *
 * @param counts of the sender
 * @param arrived bytes by stream
 * @param elapsedMs how long the traffic went
 * @returns `2.50 Mbit/s`
 * @throws Error that names the stream and what is wrong with it
 */
export function judgeFlow(
  profile: UserProfile,
  flow: TrafficStream['flow'],
  counts: readonly SenderCounts[],
  arrived: ReadonlyMap<number, number>,
  elapsedMs: number,
): string {
  let totalBytes = 0;
  let droppedShare = 0;
  for (const { index, stream } of streamsOf(profile.streams, flow)) {
    const sent = counts.find((count) => count.stream === index);
    const arrivedBytes = arrived.get(index) ?? 0;
    const wrong = (what: string) => new Error(`stream ${index} (${stream.kind}, ${flow}): ${what}`);
    if (!sent) throw wrong('nothing was sent');
    if (arrivedBytes !== sent.bytes) throw wrong(`${arrivedBytes} of ${sent.bytes} bytes arrived`);
    if (isUnitStream(stream)) {
      const wanted = (elapsedMs * stream.perS) / 1000;
      if (Math.abs(sent.due - wanted) > UNITS_OFF + wanted * UNITS_SHARE_OFF)
        throw wrong(`${sent.due} messages instead of ${Math.round(wanted)}`);
      if (sent.dropped > sent.due * MOST_DROPPED) throw wrong(`${sent.dropped} of ${sent.due} messages dropped`);
      droppedShare = Math.max(droppedShare, sent.dropped / sent.due);
    } else {
      const activeMs = stream.kind === 'segments' ? Math.min(elapsedMs, stream.onMs) : elapsedMs;
      const wanted = (stream.mbps * 1000 * activeMs) / 8;
      if (Math.abs(sent.bytes - wanted) > wanted * RATE_OFF)
        throw wrong(`${mbps(sent.bytes, elapsedMs)} instead of ${mbps(wanted, elapsedMs)}`);
    }
    totalBytes += sent.bytes;
  }
  const busy = droppedShare > NOTED_DROPPED ? ` (${Math.round(droppedShare * 100)} % dropped: busy processors)` : '';
  return `${mbps(totalBytes, elapsedMs)}${busy}`;
}

const mbps = (bytes: number, elapsedMs: number): string => `${((bytes * 8) / elapsedMs / 1000).toFixed(2)} Mbit/s`;
