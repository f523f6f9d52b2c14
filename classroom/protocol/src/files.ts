import * as z from 'zod';

/** One entry of a folder. */
export const fileEntrySchema = z.object({
  name: z.string(),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  sizeBytes: z.number(),
  /** Milliseconds since 1970. */
  modifiedAtMs: z.number(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

/** Names a state of a file's content; changes with every save. Sent as `ETag`, expected back as `If-Match`. */
export const fileVersionSchema = z.string().min(1).max(128);

/** What a file operation answers; contents travel apart, as bytes. */
export const fileResultSchema = z.object({
  path: z.string(),
  version: fileVersionSchema.optional(),
  sizeBytes: z.number().optional(),
  entries: z.array(fileEntrySchema).optional(),
});
export type FileResult = z.infer<typeof fileResultSchema>;

/** Stable codes of what can be wrong with a file operation, each with the HTTP status it is answered with. */
export const FILE_ERRORS = {
  'not-found': 404,
  'already-exists': 409,
  'not-a-file': 409,
  'not-a-folder': 409,
  'folder-not-empty': 409,
  'changed-meanwhile': 412,
  'bad-path': 400,
  'is-a-link': 400,
  'read-only': 403,
  'too-large': 413,
  'disk-limit': 507,
  'timed-out': 504,
  'room-unavailable': 503,
} as const;
export type FileErrorCode = keyof typeof FILE_ERRORS;

/** Folders at the top of every workspace that are the class's own, read-only for students. */
export const CLASS_FOLDER = 'class';
