import * as z from 'zod';
import type { Limits } from './limits.ts';

/** Why a process ended. */
export const endReasonSchema = z.enum([
  /** Its program came to its end. */
  'finished',
  /** It raised an exception that nobody caught, or called `sys.exit` with something other than 0. */
  'error',
  /** The student, or a teacher, stopped it. */
  'stopped',
  /** A fatal signal: a crash in native code, one of its own, or one of another program of the same student's. */
  'crashed',
  'memory-limit',
  'cpu-limit',
  'wall-limit',
  'waiting-limit',
  'disk-limit',
  'output-limit',
  /** Nobody looked at it, and it did nothing. */
  'abandoned',
  /** Ended to make room for others: the oldest first (C6). */
  'capacity',
  /** The room was closed: signed out, account removed, or the room itself failed. */
  'room-closed',
  /** The server stopped or was restarted. */
  'server-stopped',
]);
export type EndReason = z.infer<typeof endReasonSchema>;

/** A limit that was met without ending the run: the program saw an error in its place. */
export const noticeReasonSchema = z.enum(['process-limit', 'file-size-limit', 'open-files-limit', 'figure-too-large']);
export type NoticeReason = z.infer<typeof noticeReasonSchema>;

const mib = (bytes: number) => `${Math.round(bytes / (1024 * 1024))} MB`;
const duration = (ms: number) => {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return plural(ms / 3_600_000, 'hour');
  return ms >= 60_000 ? plural(Math.round(ms / 60_000), 'minute') : plural(Math.round(ms / 1000), 'second');
};
const plural = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;

const sentences: Readonly<Record<EndReason | NoticeReason, (limits: Limits, kind: 'script' | 'repl') => string>> = {
  finished: () => 'The program has finished.',
  error: () => 'The program ended with an error.',
  stopped: () => 'The program was stopped.',
  crashed: () =>
    'A fatal signal ended the program: a native library crashed, or the program, or another of yours, sent it one.',
  'memory-limit': (l) =>
    `The program used more than the ${mib(l.runMemoryBytes)} of memory that a run may use. Work on less data at once, or free what you no longer need.`,
  'cpu-limit': (l) =>
    `The program computed for more than ${duration(l.runCpuMs)}, the most a run may. Look for a loop that does not end, or do the work in smaller parts.`,
  'wall-limit': (l, kind) =>
    `The program ran for more than ${duration(kind === 'script' ? l.scriptWallMs : l.replWallMs)}, the most a ${kind === 'script' ? 'script' : 'REPL'} may. Start it again to go on.`,
  'waiting-limit': (l) =>
    `The program waited for input for more than ${duration(l.waitingMs)} and was ended. Run it again when you are ready to answer.`,
  'disk-limit': (l) =>
    `Your files are over the ${mib(l.diskBytes)} or the ${l.diskFiles} files that you may have. Delete what you do not need, then run it again.`,
  'output-limit': (l) =>
    `The program printed more than ${mib(l.outputBytesPerS)} a second for too long. Print less, or look for a loop that does not end.`,
  abandoned: (l) =>
    `Nobody looked at the program for ${duration(l.abandonedMs)} and it did nothing, so it was ended. Pin a program that shall wait.`,
  capacity: () => 'The machine was full and this program was the one that had run longest. Run it again in a while.',
  'room-closed': () => 'The room of this program was closed. Run it again.',
  'server-stopped': () => 'The server was stopped while the program ran. Your saved files are safe; run it again.',
  'process-limit': (l) =>
    `The program tried to start more than the ${l.runProcesses} processes and threads that a run may have. Start fewer at a time.`,
  'file-size-limit': (l) =>
    `The program tried to write a file larger than the ${mib(l.fileBytes)} that one file may have. Write less, or several files.`,
  'open-files-limit': (l) =>
    `The program tried to open more than ${l.openFiles} files at once. Close files when you have read them, best with "with open(...)".`,
  'figure-too-large': () =>
    'A figure was too large to show. Make it smaller, or save it with plt.savefig("figure.png").',
};

/** For the student whose program somebody else stopped. @param by what that person is called */
export function stoppedBy(by: string): string {
  return `The program was stopped by ${by}. Ask them before you run it again.`;
}

/** One sentence or two for the student: which limit, its value, and what to do. */
export function sentence(reason: EndReason | NoticeReason, limits: Limits, kind: 'script' | 'repl'): string {
  return sentences[reason](limits, kind);
}
