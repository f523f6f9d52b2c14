import * as z from 'zod';
import { STREAM } from './limits.ts';
import { outputKindSchema, processEndSchema, processInfoSchema, processStateSchema } from './processes.ts';

const requestId = z.string().min(1).max(64);
const processId = z.string().min(1).max(64);
const offset = z.int().min(0);
/** A path in the workspace, by `/`, without a leading one. What it may not be is decided beneath the workspace's root. */
const filePath = z.string().min(1).max(1024);

/** What a client may say on `/ws` (one JSON object a text message). */
export const clientMessageSchema = z.discriminatedUnion('type', [
  /** First of all. Another version is refused with `unsupported-version`, which names ours. */
  z.object({ type: z.literal('hello'), protocol: z.int() }),
  /** Answered by `started`, `queued` (then `started`), or `refused`. The starter is attached from offset 0. */
  z.object({
    type: z.literal('run'),
    requestId,
    file: filePath.optional(),
    /** Instead of a file. */
    source: z.string().max(STREAM.clientMessageBytes).optional(),
    args: z.array(z.string().max(4096)).max(64).optional(),
    /** Afterwards its process goes on as a REPL with the script's variables. */
    thenRepl: z.boolean().optional(),
  }),
  z.object({ type: z.literal('repl'), requestId }),
  /** A line for `input()`, or code for the REPL. Applied once, however often it is sent; `input-taken` confirms. */
  z.object({
    type: z.literal('input'),
    process: processId,
    inputId: requestId,
    text: z.string().max(STREAM.inputBytes),
  }),
  /** End of standard input (Ctrl-D). */
  z.object({ type: z.literal('end-input'), process: processId }),
  /** Ctrl-C. */
  z.object({ type: z.literal('interrupt'), process: processId }),
  z.object({ type: z.literal('stop'), process: processId }),
  /** A pinned process is not ended as abandoned. */
  z.object({ type: z.literal('pin'), process: processId, pinned: z.boolean() }),
  /** Replays from an offset, then goes on live. A teacher may attach to a student's process: to look on, or before stopping it. */
  z.object({ type: z.literal('attach'), process: processId, from: offset }),
  z.object({ type: z.literal('detach'), process: processId }),
  /** Everything up to here was taken; beyond 256 KB unacknowledged nothing more is sent. */
  z.object({ type: z.literal('ack'), process: processId, offset }),
  /** The processes of a student, for their teacher; without a user: one's own. Answered by `processes`. */
  z.object({ type: z.literal('list'), requestId, user: z.string().max(64).optional() }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

export const errorBodySchema = z.object({
  /** Stable. */
  code: z.string(),
  /** What was wrong and what to do. */
  message: z.string(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** What the server says on `/ws`. */
export const serverMessageSchema = z.discriminatedUnion('type', [
  /** Answers `hello`. */
  z.object({
    type: z.literal('welcome'),
    protocol: z.int(),
    user: z.object({ id: z.string(), name: z.string(), role: z.enum(['student', 'teacher', 'admin']) }),
    /** Own processes that live, or ended a short while ago. */
    processes: z.array(processInfoSchema),
    python: z.string().nullable(),
  }),
  z.object({ type: z.literal('started'), requestId, process: processInfoSchema }),
  /** 1 is next. Sent again whenever it changes. */
  z.object({ type: z.literal('queued'), requestId, position: z.int().min(1) }),
  z.object({ type: z.literal('refused'), requestId, error: errorBodySchema }),
  /** Text of one kind; `offset` is that of its first byte, `next` the one behind its last. */
  z.object({
    type: z.literal('output'),
    process: processId,
    offset,
    next: offset,
    kind: outputKindSchema.exclude(['figure']),
    text: z.string(),
  }),
  z.object({
    type: z.literal('figure'),
    process: processId,
    offset,
    next: offset,
    mediaType: z.literal('image/png'),
    base64: z.string(),
  }),
  /** These bytes are no longer there: the ring was full and nobody read. */
  z.object({ type: z.literal('dropped'), process: processId, offset, next: offset, bytes: z.int() }),
  z.object({ type: z.literal('state'), process: processId, state: processStateSchema }),
  z.object({ type: z.literal('input-taken'), process: processId, inputId: requestId }),
  /** It will be ended as abandoned in `inMs` unless somebody attaches, types or pins it. */
  z.object({ type: z.literal('abandon-warning'), process: processId, inMs: z.number() }),
  /** After the last of its output. */
  z.object({ type: z.literal('ended'), process: processId, next: offset, end: processEndSchema }),
  z.object({ type: z.literal('processes'), requestId, processes: z.array(processInfoSchema) }),
  /** Something the client said could not be done; `about` is the message's type. */
  z.object({ type: z.literal('error'), about: z.string(), process: processId.optional(), error: errorBodySchema }),
  /** The room could not be kept; it is opened again with the next run. */
  z.object({ type: z.literal('room'), state: z.enum(['opening', 'open', 'closed']), message: z.string() }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
