import * as z from 'zod';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

const count = () => z.int().min(1).max(1_000_000);
const bytes = () => z.int().min(1024);
const ms = () => z.int().min(100);

/** What one run may use, and one student with all they run. Each is enforced by the kernel where the layers allow it. */
export const limitsSchema = z.object({
  /** Memory of one run with all its children. */
  runMemoryBytes: bytes(),
  /** Memory of a student's whole room: the session host and every run. */
  roomMemoryBytes: bytes(),
  /** CPU time of one run with all its children. */
  runCpuMs: ms(),
  /** Wall time of a script; waiting in `input()` does not count. */
  scriptWallMs: ms(),
  /** Wall time of a REPL. */
  replWallMs: ms(),
  /** Longest that a run may wait in `input()`, or a REPL at its prompt, without anybody doing anything. */
  waitingMs: ms(),
  /** Processes and threads of one run. */
  runProcesses: count(),
  /** Descriptors of each process of a run. */
  openFiles: count(),
  /** One file. */
  fileBytes: bytes(),
  /** All files of a student. */
  diskBytes: bytes(),
  /** Files and folders of a student. */
  diskFiles: count(),
  /** Output that one run may produce in a second, averaged over ten. */
  outputBytesPerS: bytes(),
  /** Runs at once in a room (script or REPL). */
  activeRuns: count(),
  /** Registered processes of a student: script, REPL, file operation. */
  processesPerUser: count(),
  /** Registered processes of all students. */
  processesTotal: count(),
  /** One file operation. */
  fileOperationMs: ms(),
  /** A process with no viewer, no output and no CPU use, which nobody pinned, is ended after this long. */
  abandonedMs: ms(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** Requirements C4 to C6; memory is what numpy and matplotlib need rather than the documents' 50 MB for plain scripts. */
export const DEFAULT_LIMITS: Limits = {
  runMemoryBytes: 256 * MIB,
  roomMemoryBytes: 512 * MIB,
  runCpuMs: 10 * 60_000,
  scriptWallMs: HOUR_MS,
  replWallMs: 2 * HOUR_MS,
  waitingMs: 30 * 60_000,
  runProcesses: 16,
  openFiles: 256,
  fileBytes: 64 * MIB,
  diskBytes: 256 * MIB,
  diskFiles: 10_000,
  outputBytesPerS: 4 * MIB,
  activeRuns: 2,
  processesPerUser: 3,
  processesTotal: 114,
  fileOperationMs: 10_000,
  abandonedMs: 20 * 60_000,
};

/** Sizes of an output stream (per process). */
export const STREAM = {
  /** What a process's output can be replayed from. */
  ringBytes: 1 * MIB,
  /** Sent to a viewer and not yet acknowledged; beyond, nothing more is read from the process. */
  unacknowledgedBytes: 256 * 1024,
  /** Longest text or picture in one message, before encoding. */
  messageBytes: 64 * 1024,
  /** A picture beyond this is replaced by a notice. */
  figureBytes: 768 * 1024,
  /** Longest line of input. */
  inputBytes: 64 * 1024,
  /** Longest message that a client may send on `/ws`. */
  clientMessageBytes: 256 * 1024,
} as const;
