import { LIMITS } from '@rowhouse/bufferbloat-protocol';
import { Refusal } from '../guard/index.ts';

/** What a client asked of one download. */
export interface DownloadQuery {
  /** How many bytes; `undefined`: until the client stops or the time is over. */
  readonly limitBytes: number | undefined;
  readonly durationMs: number;
}

/** @throws Refusal `bad-parameter`, naming the parameter and its range */
export function downloadQuery(url: URL): DownloadQuery {
  return {
    limitBytes: wholeNumber(url, 'bytes', LIMITS.downloadBytes),
    durationMs: wholeNumber(url, 'durationMs', LIMITS.downloadMs) ?? LIMITS.downloadMs,
  };
}

function wholeNumber(url: URL, name: string, most: number): number | undefined {
  const [text, ...more] = url.searchParams.getAll(name);
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,15}$/.test(text) && more.length === 0 ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new Refusal('bad-parameter', { detail: `"${name}" must be one whole number from 1 to ${most}.` });
}
