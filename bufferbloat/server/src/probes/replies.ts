import { decodeProbe, encodeProbe } from '@rowhouse/bufferbloat-protocol';

/** The reply to a probe: its sequence number and the time here; `undefined` for bytes that are no probe. */
export function replyTo(message: Uint8Array, nowMs: number): Uint8Array<ArrayBuffer> | undefined {
  const probe = decodeProbe(message);
  return probe && encodeProbe({ sequence: probe.sequence, timeMs: nowMs });
}

/** Answered per second and channel; a client sends 50 at most. */
const ANSWERED_PER_S = 120;
/** Whoever sends this many is not measuring. */
const ABUSE_PER_S = 1000;

/** What to do with one more message of a channel. */
export type Verdict = 'answer' | 'ignore' | 'close';

/** Limits one channel's messages, by the second. */
export function createMessageLimit(): (nowMs: number) => Verdict {
  let secondFromMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return (nowMs) => {
    if (nowMs - secondFromMs >= 1000) {
      secondFromMs = nowMs;
      count = 0;
    }
    count += 1;
    if (count > ABUSE_PER_S) return 'close';
    return count > ANSWERED_PER_S ? 'ignore' : 'answer';
  };
}
