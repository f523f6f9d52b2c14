import type { StreamRegistry } from '../shared/registry.ts';
import type { UploadSize } from '../shared/upload-size.ts';
import { type AttemptEnd, ENDED, endOfThrown, refusalOf } from './attempt.ts';
import { randomBytes } from './filling.ts';

const pools = new Map<number, Blob>();

/** A pool of incompressible bytes, made once: bodies only refer to it. */
function poolOf(bytes: number): Blob {
  const known = pools.get(bytes);
  if (known) return known;
  const pool = new Blob([randomBytes(bytes)]);
  pools.set(bytes, pool);
  return pool;
}

export interface UploadOptions {
  readonly url: string;
  readonly size: UploadSize;
  readonly signal: AbortSignal;
  readonly registry: StreamRegistry;
}

/** Sends one body until it has gone or is aborted. What arrives is counted by the server. Never throws. */
export async function upload({ url, size, signal, registry }: UploadOptions): Promise<AttemptEnd> {
  const pool = poolOf(size.poolBytes);
  const body = new Blob(Array.from({ length: size.bodyBytes / size.poolBytes }, () => pool));
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal.addEventListener('abort', stop, { once: true });
  const stream = registry.open({ kind: 'upload', label: 'upload', cancel: stop });
  try {
    const response = await fetch(url, { method: 'POST', body, signal: abort.signal, cache: 'no-store' });
    if (!response.ok) return await refusalOf(response);
    await response.arrayBuffer(); // Read to its end, so that the connection can carry the next body.
    return ENDED;
  } catch {
    return endOfThrown(abort.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    stream.release();
  }
}
