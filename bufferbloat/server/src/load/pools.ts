import { randomFillSync } from 'node:crypto';
import { POOL_BYTES } from '@rowhouse/bufferbloat-protocol';

const [SMALL_BYTES, MEDIUM_BYTES, LARGE_BYTES] = POOL_BYTES;
/** TLS encrypts a whole write into memory of its own before the first byte leaves: a stalled reader holds one piece. */
const ENCRYPTED_PIECE_BYTES = 256 * 1024;
const LEAST_MESSAGE_BYTES = 16 * 1024;

/** Incompressible bytes, made once and shared by every load connection; nothing is ever written to them again. */
export interface Pools {
  /**
   * What a connection of that rate should write in turn, again and again.
   *
   * @param rateMbps what it achieved last; 0 at the start
   * @param encrypted under TLS
   */
  pieces(rateMbps: number, encrypted: boolean): readonly Buffer[];
  /** One WebSocket message: about 10 ms at that rate, from 16 KiB to 1 MiB. */
  message(rateMbps: number): Buffer;
}

/**
 * The pool for a rate: one that does not repeat within about 10 ms, so that nothing on the way can compress the load.
 * Above 10 Gbit/s memory is the limit, and the smallest pool, which stays in the processor's cache, moves 10 % more
 * bytes per CPU second than the largest.
 */
export function poolBytesFor(rateMbps: number): number {
  if (rateMbps < 1_000 || rateMbps >= 10_000) return SMALL_BYTES;
  return rateMbps < 2_000 ? MEDIUM_BYTES : LARGE_BYTES;
}

/** Takes about 3 ms. */
export function createPools(): Pools {
  const bytes = Buffer.allocUnsafeSlow(LARGE_BYTES);
  randomFillSync(bytes);
  const plain = new Map<number, readonly Buffer[]>();
  const encrypted = new Map<number, readonly Buffer[]>();
  for (const poolBytes of POOL_BYTES) {
    plain.set(poolBytes, [bytes.subarray(0, poolBytes)]);
    encrypted.set(poolBytes, cut(bytes.subarray(0, poolBytes), ENCRYPTED_PIECE_BYTES));
  }
  const messages = new Map<number, Buffer>();
  for (let size = LEAST_MESSAGE_BYTES; size <= SMALL_BYTES; size *= 2) messages.set(size, bytes.subarray(0, size));
  return {
    pieces: (rateMbps, isEncrypted) => (isEncrypted ? encrypted : plain).get(poolBytesFor(rateMbps)) ?? [bytes],
    message: (rateMbps) => messages.get(messageBytesFor(rateMbps)) ?? bytes,
  };
}

/** A power of two from 16 KiB to 1 MiB that lasts about 10 ms. */
export function messageBytesFor(rateMbps: number): number {
  const bytesIn10Ms = (rateMbps * 1e6 * 0.01) / 8;
  let size = LEAST_MESSAGE_BYTES;
  while (size < SMALL_BYTES && size < bytesIn10Ms) size *= 2;
  return size;
}

function cut(pool: Buffer, pieceBytes: number): readonly Buffer[] {
  return Array.from({ length: pool.byteLength / pieceBytes }, (_, index) =>
    pool.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}
