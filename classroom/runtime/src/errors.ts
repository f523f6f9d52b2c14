import type { FileErrorCode } from '@rowhouse/classroom-protocol';
import { CataloguedError, type ErrorCatalogue } from '@rowhouse/service';

interface ErrorDetails {
  ERR_FILE: { readonly code: FileErrorCode; readonly path: string };
  ERR_OFFSET: { readonly offset: number; readonly highest: number };
  ERR_PROCESS_ENDED: { readonly process: string };
  ERR_LIMIT: { readonly limit: LimitName; readonly value: number };
  ERR_CAPACITY: { readonly limit: CapacityName; readonly value: number; readonly waitedMs: number };
  ERR_ROOM_CLOSED: { readonly owner: string };
  ERR_ROOM_FAILED: { readonly owner: string; readonly reason: string };
  ERR_LAUNCHER: { readonly request: string; readonly reason: string };
}

/** What one student may have at once. */
export type LimitName =
  | 'activeRuns'
  | 'processesPerUser'
  | 'fileOperations'
  | 'pendingInputBytes'
  | 'inputBytes'
  | 'programBytes';

/** What the machine can carry. */
export type CapacityName = 'maxUsers' | 'maxActiveRuns' | 'memoryBytes' | 'processesTotal';

/** Errors of the runtime: stable codes, meant to be matched by callers; the wording of messages may change. */
export type RuntimeErrorCode = keyof ErrorDetails;

export type FileErrorDetails = ErrorDetails['ERR_FILE'];

const files: Readonly<Record<FileErrorCode, string>> = {
  'not-found': 'does not exist.',
  'already-exists': 'exists already. Choose another name.',
  'not-a-file': 'is not a file.',
  'not-a-folder': 'is not a folder.',
  'folder-not-empty': 'is not empty. Delete what is in it first.',
  'changed-meanwhile': 'was changed meanwhile, perhaps in another tab or by a program. Load it again before you save.',
  'bad-path': 'is not a path that can be used here.',
  'is-a-link': 'is a link, or lies behind one. Links are not followed.',
  'read-only': 'cannot be changed: it belongs to the class.',
  'too-large': 'is larger than one file may be.',
  'disk-limit': 'does not fit: your files take up all the room that you may have. Delete what you do not need.',
  'timed-out': 'took too long and was given up. Try again.',
  'room-unavailable': 'could not be reached: your room is not available now. Try again in a moment.',
};

const limits: Readonly<Record<LimitName, (value: number) => string>> = {
  activeRuns: (n) => `You may run ${n} programs at once. Stop one of them first.`,
  processesPerUser: (n) => `You may have ${n} processes at once (programs, REPLs and file operations). Stop one first.`,
  fileOperations: (n) => `More than ${n} file operations of yours are waiting. Try again in a moment.`,
  inputBytes: (n) => `One input may be at most ${n} bytes long. Put more into a file and read it from there.`,
  programBytes: (n) =>
    `A program with its arguments may be sent with at most ${n} bytes. Save it as a file and run that.`,
  pendingInputBytes: (n) =>
    `The program has not read the last ${n} bytes that it was sent. Wait until it asks for more.`,
};

const capacities: Readonly<Record<CapacityName, (value: number) => string>> = {
  maxUsers: (n) => `The classroom is full: ${n} people are in it, the most this machine is set to carry.`,
  maxActiveRuns: (n) => `The machine is busy with ${n} programs, the most it is set to run at once.`,
  memoryBytes: (n) =>
    `The machine is busy: programs use the ${Math.round(n / (1024 * 1024))} MB of memory that they may have.`,
  processesTotal: (n) => `The machine is busy with ${n} processes, the most it is set to run at once.`,
};

const messages: ErrorCatalogue<ErrorDetails> = {
  ERR_FILE: (d) => `"${d.path}" ${files[d.code]}`,
  ERR_OFFSET: (d) => `Offset ${d.offset} is beyond ${d.highest}, the last that there is.`,
  ERR_PROCESS_ENDED: () => 'The program has ended.',
  ERR_LIMIT: (d) => limits[d.limit](d.value),
  ERR_CAPACITY: (d) => `${capacities[d.limit](d.value)} Try again in a while.`,
  ERR_ROOM_CLOSED: () => 'The room was closed. Sign in again.',
  ERR_ROOM_FAILED: () => 'Your room could not be opened. Try again; if it happens again, tell your teacher.',
  ERR_LAUNCHER: () => 'Rooms cannot be opened at the moment. Try again in a moment.',
};

/** Every error this package throws or rejects with: a stable `code`, its figures, and a message for the student. */
export class RuntimeError<C extends RuntimeErrorCode = RuntimeErrorCode> extends CataloguedError<ErrorDetails, C> {
  override readonly name = 'RuntimeError';

  constructor(code: C, details: ErrorDetails[C], options?: ErrorOptions) {
    super(messages, code, details, options);
  }
}
