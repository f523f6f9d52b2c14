import type { StreamRegistry } from '../shared/registry.ts';
import { type AttemptEnd, ENDED, endOfThrown, refusalOf } from './attempt.ts';

/** One buffer a connection, used again for every read: nothing accumulates however fast the line is. */
const BUFFER_BYTES = 2 ** 20;

export interface DownloadOptions {
  readonly url: string;
  readonly signal: AbortSignal;
  readonly registry: StreamRegistry;
  /** Called for every read with the bytes that it brought. */
  readonly onBytes: (bytes: number) => void;
}

/** Reads one download until it ends or is aborted; the bytes are counted and dropped. Never throws. */
export async function download({ url, signal, registry, onBytes }: DownloadOptions): Promise<AttemptEnd> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal.addEventListener('abort', stop, { once: true });
  const stream = registry.open({ kind: 'download', label: 'download', cancel: stop });
  try {
    const response = await fetch(url, { signal: abort.signal, cache: 'no-store' });
    if (!response.ok) return await refusalOf(response);
    if (!response.body) return { ok: false, failure: { code: 'load-lost' } };
    await drain(response.body, (bytes) => {
      stream.touch();
      onBytes(bytes);
    });
    return ENDED;
  } catch {
    return endOfThrown(abort.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    stream.release();
  }
}

async function drain(body: ReadableStream<Uint8Array<ArrayBuffer>>, onBytes: (bytes: number) => void): Promise<void> {
  const byob = byobReader(body);
  if (!byob) {
    const reader = body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) onBytes(read.value.byteLength);
    return;
  }
  let buffer = new ArrayBuffer(BUFFER_BYTES);
  for (;;) {
    const read = await byob.read(new Uint8Array(buffer));
    if (read.value) {
      buffer = read.value.buffer;
      onBytes(read.value.byteLength);
    }
    if (read.done) return;
  }
}

/** A reader that fills our own buffer, where the browser has one for the bodies of responses. */
function byobReader(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}
