import { fileVersionSchema } from '@rowhouse/classroom-protocol';
import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './errors.ts';

/** A version as a header spells it. */
export const etagOf = (version: string): string => `"${version}"`;

/** The version in an entity tag; `undefined` when it is none of ours. */
function versionOf(tag: string): string | undefined {
  const inner = /^"([\x21\x23-\x7e]+)"$/.exec(tag.trim())?.[1];
  return fileVersionSchema.safeParse(inner).success ? inner : undefined;
}

/**
 * What must be there for a save to happen: a version (`If-Match`), nothing (`null`, `If-None-Match: *`), or whatever is
 * there (`undefined`, no header).
 *
 * @throws ClassroomError `bad-request`
 */
export function expectedVersion(headers: IncomingHttpHeaders): string | null | undefined {
  const match = headers['if-match'];
  const none = headers['if-none-match'];
  if (match !== undefined && none !== undefined) throw badRequest('Send If-Match or If-None-Match, not both.');
  if (none !== undefined) {
    if (none.trim() !== '*') throw badRequest('If-None-Match of a save can only be *.');
    return null;
  }
  if (match === undefined) return undefined;
  const version = versionOf(match);
  if (version === undefined) throw badRequest('If-Match is not the ETag of a file.');
  return version;
}

/** Whether a reader has this version already. */
export function isKnown(headers: IncomingHttpHeaders, version: string): boolean {
  const known = headers['if-none-match']?.split(',') ?? [];
  return known.some((tag) => versionOf(tag.trim().replace(/^W\//, '')) === version);
}
