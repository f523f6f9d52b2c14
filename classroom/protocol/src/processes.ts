import * as z from 'zod';
import { endReasonSchema } from './reasons.ts';

/** What a registered process of a student is (requirement C4). */
export const processKindSchema = z.enum(['script', 'repl']);
export type ProcessKind = z.infer<typeof processKindSchema>;

export const processStateSchema = z.enum([
  /** Waits for its turn: the machine is full. */
  'queued',
  'running',
  /** In `input()`, or reading standard input. */
  'waiting-for-input',
  /** At the REPL's prompt. */
  'waiting-for-code',
  'ended',
]);
export type ProcessState = z.infer<typeof processStateSchema>;

export const processEndSchema = z.object({
  reason: endReasonSchema,
  /** The sentence for the student. */
  message: z.string(),
  exitCode: z.int().nullable(),
  /** Name of the signal, such as `SIGSEGV`. */
  signal: z.string().nullable(),
  cpuMs: z.number(),
  wallMs: z.number(),
  /** Most memory it held; `null` where the platform does not tell. */
  peakMemoryBytes: z.number().nullable(),
});
export type ProcessEnd = z.infer<typeof processEndSchema>;

export const processInfoSchema = z.object({
  /** Unique as long as the server's data lasts. */
  id: z.string(),
  /** Whose room it runs in. */
  owner: z.string(),
  kind: processKindSchema,
  /** The script's path in the workspace; `null`: code that was sent, or a REPL of its own. */
  file: z.string().nullable(),
  state: processStateSchema,
  /** Milliseconds since 1970. */
  startedAtMs: z.number(),
  lastActivityMs: z.number(),
  pinned: z.boolean(),
  /** Offset of the first byte that can still be replayed. */
  firstOffset: z.int(),
  /** Offset behind the last byte produced so far. */
  nextOffset: z.int(),
  end: processEndSchema.nullable(),
});
export type ProcessInfo = z.infer<typeof processInfoSchema>;

/** What a piece of output is. Offsets count the bytes of all of them: UTF-8 of texts, the picture itself for figures. */
export const outputKindSchema = z.enum([
  'stdout',
  'stderr',
  /** What `input()` asked, or the REPL's `>>> ` and `... `. */
  'prompt',
  /** What was typed, as it was taken: so that a second viewer sees the dialogue. */
  'input',
  /** A PNG. */
  'figure',
  /** A sentence of the classroom's own: a limit met, a warning. */
  'notice',
]);
export type OutputKind = z.infer<typeof outputKindSchema>;
