import { errorBodySchema } from '@rowhouse/bufferbloat-protocol';
import type { StreamRegistry } from '../../shared/registry.ts';
import { RunFailure } from './failures.ts';

/** How long the server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** Of the schema libraries, all that is needed here. */
interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

export interface JsonRequest<T> {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly schema: Schema<T>;
  readonly registry: StreamRegistry;
  /** For people: what is asked for. */
  readonly label: string;
}

/** Asks the main server for a message. Throws a `RunFailure`: `unreachable`, `refused` or `bad-answer`. */
export async function requestJson<T>({ url, method, schema, registry, label }: JsonRequest<T>): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_MS);
  const stream = registry.open({ kind: 'request', label, cancel: () => abort.abort() });
  try {
    const response = await fetch(url, { method, signal: abort.signal, cache: 'no-store' });
    const body: unknown = await response.json().catch(() => undefined);
    return answerOf(response, body, schema);
  } catch (thrown) {
    throw thrown instanceof RunFailure ? thrown : new RunFailure('unreachable');
  } finally {
    clearTimeout(timer);
    stream.release();
  }
}

function answerOf<T>(response: Response, body: unknown, schema: Schema<T>): T {
  if (response.ok) {
    const answer = schema.safeParse(body);
    if (answer.success) return answer.data;
    throw new RunFailure('bad-answer');
  }
  const refusal = errorBodySchema.safeParse(body);
  if (refusal.success) throw new RunFailure('refused', refusal.data.error.message, refusal.data.error.retryAfterS);
  // A proxy in front answers 502 to 504 while the server is away.
  throw new RunFailure(response.status >= 502 ? 'unreachable' : 'bad-answer');
}
