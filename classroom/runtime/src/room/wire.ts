import { constants } from 'node:os';
import { FILE_ERRORS, type FileErrorCode, noticeReasonSchema } from '@rowhouse/classroom-protocol';
import * as z from 'zod';
import { WireError } from './wire-error.ts';

/** Messages between server and host: see docs/classroom-room-wire.md. Everything of the host's is hostile input. */

/** Kinds of content. */
export const CONTENT = {
  stdout: 1,
  stderr: 2,
  prompt: 3,
  figurePart: 5,
  figureEnd: 6,
  filePart: 16,
  fileEnd: 17,
} as const;

export const WIRE_VERSION = 1;

const number32 = z.int().min(1).max(0xff_ff_ff_ff);
const amount = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const fileErrorCodes = Object.keys(FILE_ERRORS) as [FileErrorCode, ...FileErrorCode[]];
const signalNumbers: Readonly<Record<string, number>> = constants.signals;
const signalNames = new Map(Object.entries(signalNumbers).map(([name, number]) => [number, name]));

/** By name or by number; real-time signals have no name. */
const signal = z
  .union([z.string().regex(/^[A-Z][A-Z0-9+-]{1,15}$/), z.int().min(1).max(64)])
  .transform((given) => (typeof given === 'string' ? given : (signalNames.get(given) ?? `SIG${given}`)));

const hostMessageSchema = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('ready'),
    version: z.literal(WIRE_VERSION),
    python: z.string().max(64),
    token: z.string().max(128),
    walls: z.record(z.string().max(64), z.union([z.boolean(), z.number(), z.string().max(256), z.null()])).nullish(),
  }),
  z.strictObject({ t: z.literal('spare'), spare: number32, pid: z.int().min(2).max(0x7f_ff_ff_ff) }),
  z.strictObject({ t: z.literal('started'), process: number32, spare: number32 }),
  z.strictObject({
    t: z.literal('state'),
    process: number32,
    state: z.enum(['running', 'waiting-for-input', 'waiting-for-code']),
  }),
  z.strictObject({ t: z.literal('input-taken'), process: number32, id: z.string().min(1).max(64) }),
  z.strictObject({ t: z.literal('notice'), process: number32, notice: noticeReasonSchema }),
  z.strictObject({
    t: z.literal('exit'),
    process: number32,
    code: z.int().min(-0x80_00_00_00).max(0xff_ff_ff_ff).nullable(),
    signal: signal.nullable(),
    /** Whether an exception was not caught, or its name. */
    uncaught: z.union([z.boolean(), z.string().max(256)]).nullish(),
    cpuMs: amount,
    peakBytes: amount.nullable(),
  }),
  z.strictObject({
    t: z.literal('file-done'),
    id: number32,
    ok: z.boolean(),
    result: z.unknown().optional(),
    code: z.enum(fileErrorCodes).nullish(),
    message: z.string().max(8192).nullish(),
  }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;
export type HostMessageOf<T extends HostMessage['t']> = Extract<HostMessage, { readonly t: T }>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws WireError when it is none of the host's messages */
export function parseHostMessage(content: Buffer): HostMessage {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(content));
  } catch (error) {
    throw new WireError('a message that is not JSON', { cause: error });
  }
  const parsed = hostMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WireError(`a message with a wrong "${issue?.path.join('.') ?? ''}" (${issue?.code ?? ''})`);
}

/** What the server says to the host. */
export type ServerMessage =
  | { readonly t: 'placed'; readonly spare: number }
  | {
      readonly t: 'start';
      readonly process: number;
      readonly mode: 'script' | 'repl';
      readonly file: string | null;
      readonly source: string | null;
      readonly args: readonly string[];
      readonly thenRepl: boolean;
      /** Bytes of output that it may send before the first `window`. */
      readonly window: number;
    }
  | { readonly t: 'input'; readonly process: number; readonly id: string; readonly text: string }
  | { readonly t: 'end-input' | 'interrupt' | 'end'; readonly process: number }
  | { readonly t: 'window'; readonly process: number; readonly upTo: number }
  | FileRequest
  | { readonly t: 'file-abort'; readonly id: number };

export interface FileRequest {
  readonly t: 'file';
  readonly id: number;
  readonly op: 'list' | 'stat' | 'read' | 'write' | 'folder' | 'rename' | 'remove' | 'usage';
  readonly path: string;
  readonly to: string | null;
  /** A version, `*` for "must not exist yet", or null for "whatever is there". */
  readonly expected: string | null;
  readonly recursive: boolean;
  readonly limitBytes: number | null;
  readonly limitFiles: number | null;
  /** It moves as slowly as its other end: then it has a line of its own, beside that of the others. */
  readonly transfer: boolean;
}
