import type { Limits } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import type { RoomFiles } from '../api.ts';
import { RuntimeError } from '../errors.ts';
import type { Session } from '../room/session.ts';
import { WireError } from '../room/wire-error.ts';
import { download, type Download, downloadShort } from './download.ts';
import { beginOperation, type FileQuestion, type OperationOptions } from './operation.ts';
import { createQuota, type FilesUsage } from './quota.ts';
import { checked, noResultSchema, parseEntries, statResultSchema, usageResultSchema } from './results.ts';
import { createTurns, type Turns } from './turns.ts';
import { beginUpload, upload } from './upload.ts';

export interface RoomFilesOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  /** That of `ranUntilMs`. */
  readonly classClock: Clock;
  /** The room as it is now, opened if need be. */
  readonly session: () => Promise<Session>;
  /** Until when a program ran and may have written; now, while one runs. */
  readonly ranUntilMs: () => number;
  /** A file operation is one of a student's processes. @throws RuntimeError `ERR_LIMIT` */
  readonly enter: () => Promise<() => void>;
}

export interface ScannedFiles extends RoomFiles {
  /** Counts what the files take, unless operations wait: those go first. @returns `undefined` when it could not */
  scan(): Promise<FilesUsage | undefined>;
}

/** 5000 names of 255 bytes, as JSON. */
const MOST_LISTING_BYTES = 4 * 1024 * 1024;

export function createRoomFiles(options: RoomFilesOptions): ScannedFiles {
  const { limits, clock, classClock, session, ranUntilMs, enter } = options;
  const turns = createTurns();
  /** What moves as slowly as the other end holds up only its like. */
  const transfers = createTurns();
  const times: OperationOptions = { clock, timeLimitMs: limits.fileOperationMs };

  /** Has it done in its turn, in the room as it is then. `until` keeps the turn longer than the answer takes. */
  const inTurnOf = <T>(
    line: Turns,
    path: string,
    run: (room: Session) => Promise<T>,
    until?: (result: T) => Promise<unknown>,
  ) =>
    new Promise<T>((resolve, reject) => {
      const whole = line.take(async () => {
        const room = await reachable(session, path);
        const leave = await enter();
        try {
          const result = await run(room);
          resolve(result);
          await until?.(result).catch(() => {});
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
          room.fail(error);
          throw new RuntimeError('ERR_FILE', { code: 'room-unavailable', path }, { cause: error });
        } finally {
          leave();
        }
      });
      whole.catch(reject);
    });

  const inTurn = <T>(path: string, run: (room: Session) => Promise<T>) => inTurnOf(turns, path, run);

  const ask = (question: FileQuestion): Promise<unknown> =>
    inTurn(question.path, (room) => beginOperation(room, question, times).done);
  const countIn = async (room: Session): Promise<FilesUsage> => {
    const { diskBytes: limitBytes, diskFiles: limitFiles } = limits;
    const startMs = classClock.nowMs();
    const counting = beginOperation(room, { op: 'usage', path: '', limitBytes, limitFiles }, times);
    const counted = checked(usageResultSchema, await counting.done);
    quota.counted(counted, startMs, classClock.nowMs() - startMs);
    return counted;
  };
  const quota = createQuota(limits, classClock, ranUntilMs);
  /** What is written beside it counts what is here so far; of what fails nothing is kept. */
  const accounted = async <T>(write: (onSent: (bytes: number) => void) => Promise<T>): Promise<T> => {
    let sentBytes = 0;
    quota.wrote(0, 1);
    try {
      return await write((bytes) => {
        sentBytes += bytes;
        quota.wrote(bytes, 0);
      });
    } catch (error) {
      quota.wrote(-sentBytes, -1);
      throw error;
    }
  };

  return {
    list: (path) =>
      inTurn(path, async (room) => {
        const pieces: Buffer[] = [];
        let bytes = 0;
        const onContent = (piece: Buffer): void => {
          bytes += piece.length;
          if (bytes > MOST_LISTING_BYTES) throw new WireError('too long a listing');
          pieces.push(Buffer.from(piece));
        };
        const listing = beginOperation(room, { op: 'list', path }, { ...times, onContent });
        room.link.send({ t: 'window', process: listing.id, upTo: MOST_LISTING_BYTES });
        await listing.done;
        return parseEntries(Buffer.concat(pieces));
      }),
    stat: (path) =>
      inTurn(path, async (room) =>
        checked(statResultSchema, await beginOperation(room, { op: 'stat', path }, times).done),
      ),
    async read(path) {
      const whole = async (read: Download | undefined): Promise<void> => void (await read?.done);
      const short = await inTurnOf(turns, path, (room) => downloadShort(room, path, times), whole);
      return short ?? inTurnOf(transfers, path, (room) => download(room, path, times), whole);
    },
    async write(path, content, expected) {
      const begun = await beginUpload(content);
      const transfer = begun.rest !== undefined;
      return inTurnOf(transfer ? transfers : turns, path, async (room) => {
        if (!quota.isKnown()) await countIn(room);
        const { bytes: limitBytes, files: limitFiles } = quota.left();
        const question: FileQuestion = {
          op: 'write',
          path,
          expected: expected === null ? '*' : (expected ?? null),
          limitBytes,
          limitFiles,
          transfer,
        };
        return { version: await accounted((onSent) => upload(room, question, begun, times, onSent)) };
      });
    },
    async createFolder(path) {
      await inTurn(path, async (room) => {
        if (!quota.isKnown()) await countIn(room);
        if (quota.left().files < 1) throw new RuntimeError('ERR_FILE', { code: 'disk-limit', path });
        checked(noResultSchema, await beginOperation(room, { op: 'folder', path }, times).done);
        quota.wrote(0, 1);
      });
    },
    async rename(path, to) {
      await ask({ op: 'rename', path, to });
    },
    async remove(path, recursive) {
      await ask({ op: 'remove', path, recursive });
      quota.forget();
    },
    usage: () => inTurn('', countIn),
    async scan() {
      if (turns.waiting > 0) return undefined;
      return inTurn('', countIn).catch(() => undefined);
    },
  };
}

async function reachable(session: () => Promise<Session>, path: string): Promise<Session> {
  try {
    return await session();
  } catch (error) {
    throw new RuntimeError('ERR_FILE', { code: 'room-unavailable', path }, { cause: error });
  }
}
