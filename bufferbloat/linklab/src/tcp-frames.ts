import type { Crossing } from './crossings.ts';
import type { Message } from './probe-message.ts';

// Longer messages are the WebSocket's own handshake, not probes.
const LONGEST_FRAME_BYTES = 128;

interface Frame {
  sentAtMs: number;
  sojournMs: number | null;
  arrivedMs: number;
}

/**
 * The messages in one direction of a TCP connection that carries probes of one size, in the order of the stream.
 *
 * TCP may resend several of them in one packet, and hands over none before all that precede it: a frame is delivered
 * when it and everything before it has passed.
 */
export function framesOf(passages: readonly Crossing[]): Message[] {
  const carriers = passages.filter(({ packet }) => packet.payloadBytes > 0);
  const frameBytes = commonest(
    carriers.map(({ packet }) => packet.payloadBytes).filter((n) => n <= LONGEST_FRAME_BYTES),
  );
  const origin = carriers[0]?.packet.tcp?.sequence;
  if (frameBytes === undefined || origin === undefined) return [];
  const frames = new Map<number, Frame>();
  for (const { packet, inMs, outMs } of carriers) {
    if (packet.payloadBytes % frameBytes !== 0 || packet.tcp === undefined) continue;
    const streamOffset = (packet.tcp.sequence - origin) | 0;
    for (let start = 0; start < packet.payloadBytes; start += frameBytes) {
      const arrivedMs = outMs ?? Number.POSITIVE_INFINITY;
      const frame = frames.get(streamOffset + start);
      if (frame === undefined) {
        const sojournMs = outMs === null ? null : outMs - inMs;
        frames.set(streamOffset + start, { sentAtMs: inMs, sojournMs, arrivedMs });
      } else frame.arrivedMs = Math.min(frame.arrivedMs, arrivedMs);
    }
  }
  let deliveredMs = Number.NEGATIVE_INFINITY;
  return [...frames]
    .toSorted(([a], [b]) => a - b)
    .map(([, { sentAtMs, sojournMs, arrivedMs }]) => {
      deliveredMs = Math.max(deliveredMs, arrivedMs);
      return { sentAtMs, sojournMs, deliveredMs: Number.isFinite(deliveredMs) ? deliveredMs : null };
    });
}

function commonest(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
