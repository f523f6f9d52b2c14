import type { Clock } from '@rowhouse/supervisor';
import { RuntimeError } from '../errors.ts';
import type { Session } from '../room/session.ts';
import { CONTENT, type FileRequest, type HostMessageOf } from '../room/wire.ts';
import { WireError } from '../room/wire-error.ts';

export type FileQuestion = Pick<FileRequest, 'op' | 'path'> & Partial<Omit<FileRequest, 't' | 'id' | 'op' | 'path'>>;

/** One file operation under way in a room. */
export interface Operation {
  /** Its number on the wire. */
  readonly id: number;
  /** Its result, not checked. Rejects with RuntimeError `ERR_FILE`. */
  readonly done: Promise<unknown>;
  /** Whatever was to move has moved: it has all its time again. */
  moved(): void;
  /** It is not wanted any more. */
  abort(): void;
}

export interface OperationOptions {
  readonly clock: Pick<Clock, 'after' | 'nowMs'>;
  /** For an operation that does not move. */
  readonly timeLimitMs: number;
  /** @throws WireError when it is too much */
  readonly onContent?: (bytes: Buffer, last: boolean) => void;
}

/** The room watches the same limit and is to answer first. */
const GRACE_MS = 1_000;

export function beginOperation(session: Session, question: FileQuestion, options: OperationOptions): Operation {
  const { path } = question;
  const { clock, timeLimitMs, onContent } = options;
  const result = withResolvers();
  let isSettled = false;
  let movedMs = clock.nowMs();
  let cancel = () => {};

  const settle = (then: () => void): void => {
    if (isSettled) return;
    isSettled = true;
    cancel();
    then();
  };
  const fail = (code: RuntimeError<'ERR_FILE'>['details']['code']): void =>
    settle(() => result.reject(new RuntimeError('ERR_FILE', { code, path })));

  const abort = (): void => {
    if (isSettled) return;
    // Its number stays until the room has answered, so that what is under way finds its place.
    session.link.send({ t: 'file-abort', id });
    fail('timed-out');
  };
  const watch = (): void => {
    const leftMs = movedMs + timeLimitMs + GRACE_MS - clock.nowMs();
    if (leftMs <= 0) return abort();
    cancel = clock.after(leftMs, watch);
  };

  const done = (message: HostMessageOf<'file-done'>): void => {
    session.channels.close(id);
    if (message.ok) settle(() => result.resolve(message.result));
    else fail(message.code ?? 'room-unavailable');
  };

  const id = session.channels.open({
    content(kind, bytes) {
      const isLast = kind === CONTENT.fileEnd;
      if (onContent === undefined || (kind !== CONTENT.filePart && !isLast)) {
        throw new WireError(`content of kind ${kind} for a file operation`);
      }
      movedMs = clock.nowMs();
      if (!isSettled) onContent(bytes, isLast);
    },
    told(message) {
      if (message.t !== 'file-done') throw new WireError(`${message.t} of a file operation`);
      done(message);
    },
    lost: () => fail('room-unavailable'),
  });
  const { op, to = null, expected = null, recursive = false } = question;
  const { limitBytes = null, limitFiles = null, transfer = false } = question;
  const file = { op, path, to, expected, recursive, limitBytes, limitFiles, transfer };
  const fits = session.link.send({ t: 'file', id, ...file });
  if (fits) watch();
  else {
    session.channels.close(id);
    fail('bad-path');
  }
  return {
    id,
    done: result.promise,
    moved() {
      movedMs = clock.nowMs();
    },
    abort,
  };
}

function withResolvers() {
  let resolve: (value: unknown) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<unknown>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  promise.catch(() => {}); // who awaits it hears of it
  return { promise, resolve, reject };
}
