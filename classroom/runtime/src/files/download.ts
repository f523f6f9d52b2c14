import { RuntimeError } from '../errors.ts';
import { createFlow } from '../process/flow.ts';
import type { Session } from '../room/session.ts';
import { WireError } from '../room/wire-error.ts';
import { beginOperation, type Operation, type OperationOptions } from './operation.ts';
import { checked, readResultSchema, statResultSchema } from './results.ts';

export interface Download {
  readonly version: string;
  readonly sizeBytes: number;
  /** To be read to its end or let go of; what nobody takes for the operation's time limit is given up. */
  readonly content: AsyncIterable<Buffer>;
  /** The room is done with it, whoever has still to read it. */
  readonly done: Promise<unknown>;
}

/** Up to here a file is taken from the room at once, so that a slow reader does not keep the room from other files. */
const BUFFER_BYTES = 1024 * 1024;
/** What a piece of content costs beside its bytes. */
const PIECE_BYTES = 256;

/** So much is taken from the room at once, however slow its reader is. */
const SHORT_BYTES = 512 * 1024;

/**
 * A file that can be read between other operations.
 *
 * @returns `undefined` when it is too large for that
 * @throws RuntimeError `ERR_FILE`; WireError when the room answers nonsense
 */
export async function downloadShort(
  session: Session,
  path: string,
  options: OperationOptions,
): Promise<Download | undefined> {
  try {
    return await begin(session, path, options, SHORT_BYTES);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw error;
  }
}

/** @throws RuntimeError `ERR_FILE`; WireError when the room answers nonsense */
export async function download(session: Session, path: string, options: OperationOptions): Promise<Download> {
  return begin(session, path, options, undefined);
}

/** @param limitBytes of one that is no transfer */
async function begin(
  session: Session,
  path: string,
  options: OperationOptions,
  limitBytes: number | undefined,
): Promise<Download> {
  const flow = createFlow();
  const pieces: Buffer[] = [];
  let heldBytes = 0;
  let receivedBytes = 0;
  let isComplete = false;
  let wake = () => {};

  // Asked one behind the other, and answered so: what a file is, and what is in it.
  const transfer = limitBytes === undefined;
  const status = beginOperation(session, { op: 'stat', path, transfer }, { ...options });
  const reading = beginOperation(
    session,
    { op: 'read', path, transfer, limitBytes: limitBytes ?? null },
    {
      ...options,
      onContent(bytes, last) {
        flow.received(bytes.length);
        heldBytes += bytes.length + PIECE_BYTES;
        receivedBytes += bytes.length;
        if (heldBytes > 8 * BUFFER_BYTES) throw new WireError('more of a file than fits');
        if (bytes.length > 0) pieces.push(Buffer.from(bytes));
        isComplete = last;
        grant(reading);
        wake();
      },
    },
  );
  const grant = (operation: Operation): void => {
    const upTo = flow.grant(Math.max(0, BUFFER_BYTES - heldBytes));
    if (upTo !== undefined && !isComplete) session.link.send({ t: 'window', process: operation.id, upTo });
  };
  const begun = new Promise<void>((resolve) => {
    wake = resolve;
  });
  grant(reading);

  let known: { readonly version: string; readonly sizeBytes: number };
  try {
    known = checked(statResultSchema, await status.done);
    await Promise.race([begun, reading.done]);
    // A small one is here already: then what was read is what is told.
    if (isComplete) {
      known = checked(readResultSchema, await reading.done);
      if (known.sizeBytes !== receivedBytes) throw new WireError('a file of another size than it says');
    }
  } catch (error) {
    reading.abort();
    throw error;
  }
  const { version, sizeBytes } = known;

  const arrival = (): Promise<unknown> => {
    const more = new Promise<void>((resolve) => {
      wake = resolve;
    });
    return Promise.race([more, reading.done]);
  };

  const changed = () => new RuntimeError('ERR_FILE', { code: 'changed-meanwhile', path });

  async function* content(): AsyncGenerator<Buffer> {
    let givenBytes = 0;
    try {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) {
          givenBytes += piece.length;
          // Whoever takes it was told how much there is.
          if (givenBytes > sizeBytes) throw changed();
          heldBytes -= piece.length + PIECE_BYTES;
          reading.moved();
          grant(reading);
          yield piece;
        } else if (isComplete) break;
        else await arrival();
      }
      const result = checked(readResultSchema, await reading.done);
      if (result.version !== version || receivedBytes !== sizeBytes) throw changed();
    } finally {
      reading.abort();
    }
  }
  return { version, sizeBytes, content: content(), done: reading.done };
}

function isTooLarge(error: unknown): boolean {
  if (!(error instanceof RuntimeError) || error.code !== 'ERR_FILE') return false;
  return (error as RuntimeError<'ERR_FILE'>).details.code === 'too-large';
}
