import type { Session } from '../room/session.ts';
import { MOST_CONTENT_BYTES } from '../room/frames.ts';
import { CONTENT } from '../room/wire.ts';
import { beginOperation, type FileQuestion, type OperationOptions } from './operation.ts';
import { checked, writeResultSchema } from './results.ts';

/** Content of which the beginning was taken already. */
export interface Upload {
  readonly first: readonly Uint8Array[];
  /** `undefined`: that was all. */
  readonly rest: AsyncIterator<Uint8Array> | undefined;
}

/** Up to here content is waited for before the room hears of it, so that a slow sender of little holds up nothing. */
const FIRST_BYTES = 256 * 1024;

/** @throws whatever `content` throws */
export async function beginUpload(content: AsyncIterable<Uint8Array>): Promise<Upload> {
  const iterator = content[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes < FIRST_BYTES; ) {
    const step = await iterator.next();
    if (step.done === true) return { first, rest: undefined };
    first.push(step.value);
    bytes += step.value.length;
  }
  return { first, rest: iterator };
}

/**
 * Sends content as fast as the room takes it, and never holds more than one piece of it.
 *
 * @param onSent hears of the file, and then of every piece, for what others may write meanwhile
 * @returns the version of the file as it is then
 * @throws RuntimeError `ERR_FILE`; whatever the content throws, and nothing of it is kept then
 */
export async function upload(
  session: Session,
  question: FileQuestion,
  { first, rest }: Upload,
  options: OperationOptions,
  onSent: (bytes: number) => void,
): Promise<string> {
  const operation = beginOperation(session, question, options);
  /** The room has answered: it takes no more. */
  let hasAnswered = false;
  const answered = (): undefined => {
    hasAnswered = true;
  };
  const over = operation.done.then(answered, answered);
  const isOver = (): boolean => hasAnswered;
  const send = async (piece: Uint8Array): Promise<void> => {
    for (let at = 0; at < piece.length && !isOver(); at += MOST_CONTENT_BYTES) {
      const part = piece.subarray(at, at + MOST_CONTENT_BYTES);
      session.link.sendContent(operation.id, CONTENT.filePart, part);
      onSent(part.length);
      operation.moved();
      await Promise.race([session.link.drained(), over]);
    }
  };
  const next = async () => (rest === undefined || isOver() ? undefined : Promise.race([rest.next(), over]));
  try {
    for (const piece of first) await send(piece);
    for (let step = await next(); step?.done === false; step = await next()) await send(step.value);
  } catch (error) {
    operation.abort();
    throw error;
  } finally {
    // Only after the room has refused it: what is still to come is for the sender's own side to deal with.
    if (isOver()) void rest?.return?.()?.catch(() => {});
  }
  if (!isOver()) session.link.sendContent(operation.id, CONTENT.fileEnd, new Uint8Array());
  const { version } = checked(writeResultSchema, await operation.done);
  return version;
}
