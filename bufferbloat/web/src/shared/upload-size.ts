import { LIMITS, POOL_BYTES } from '@rowhouse/bufferbloat-protocol';

/** How long one body should last: longer than any phase, so that no round trip between bodies dents the rate. */
const BODY_S = 30;

/** The size of a body before any rate is known, in bytes: six of them last 4 s at 1 Gbit/s. */
const FIRST_BODY_BYTES = 64 * 2 ** 20;

/** A body and the pool of random bytes that it repeats. */
export interface UploadSize {
  readonly poolBytes: number;
  /** A whole number of pools, at most `LIMITS.uploadBytes`. */
  readonly bodyBytes: number;
}

/** The next body of one connection that uploads `rateMbps`, or of the first when no rate is known yet. */
export function uploadSize(rateMbps: number | undefined): UploadSize {
  const [small, medium, large] = POOL_BYTES;
  const poolBytes = rateMbps === undefined || rateMbps < 10 ? small : rateMbps < 100 ? medium : large;
  const wanted = rateMbps === undefined ? FIRST_BODY_BYTES : Math.max((rateMbps * BODY_S * 1e6) / 8, FIRST_BODY_BYTES);
  const pools = Math.floor(Math.min(wanted, LIMITS.uploadBytes) / poolBytes);
  return { poolBytes, bodyBytes: pools * poolBytes };
}
