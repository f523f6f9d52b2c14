import { type FileEntry, fileEntrySchema, fileVersionSchema } from '@rowhouse/classroom-protocol';
import * as z from 'zod';
import { WireError } from '../room/wire-error.ts';

/** What the room answers to file operations: checked, as all that it says. */

const amount = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

export const noResultSchema = z.unknown();
export const statResultSchema = fileEntrySchema.extend({ version: fileVersionSchema });
export const readResultSchema = z.object({ version: fileVersionSchema, sizeBytes: amount });
export const writeResultSchema = z.object({ version: fileVersionSchema, sizeBytes: amount.nullish() });
export const usageResultSchema = z.object({ bytes: amount, files: amount });

const entriesSchema = z.array(fileEntrySchema).max(5000);

/** @throws WireError when it is not of that form */
export function checked<S extends z.ZodType>(schema: S, result: unknown): z.output<S> {
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new WireError('a result of a file operation that is none');
}

/** @throws WireError when it is no listing */
export function parseEntries(content: Buffer): readonly FileEntry[] {
  try {
    return checked(entriesSchema, JSON.parse(content.toString('utf8')));
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError('a listing that is not JSON', { cause: error });
  }
}
