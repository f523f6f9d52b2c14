import { RuntimeError } from '../errors.ts';

/** Input on its way to a process: each id is applied once. */
export interface Inputs {
  /**
   * @param send called when the id is new. @throws what `send` throws; the id then stays unknown
   * @returns resolves when the process has it, also when it had it before
   * @throws RuntimeError `ERR_LIMIT` when too much is under way
   */
  offer(id: string, text: string, send: () => void): Promise<void>;
  /** The process has it. @returns its text; `undefined` when nothing of that id was under way */
  taken(id: string): string | undefined;
  /** Whatever is under way fails. */
  fail(error: RuntimeError): void;
}

interface Pending {
  readonly text: string;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: RuntimeError) => void;
}

/** Input that the process has not taken. */
const MOST_PENDING_BYTES = 1024 * 1024;
/** What an id costs, so that many empty lines are bounded too. */
const ID_BYTES = 256;
/** Ids of inputs that were taken; a client that asks again does so within its last few. */
const MOST_TAKEN_IDS = 1024;

export function createInputs(): Inputs {
  const pending = new Map<string, Pending>();
  /** In the order in which they were taken. */
  const takenIds = new Set<string>();
  let pendingBytes = 0;

  const sizeOf = (text: string): number => Buffer.byteLength(text) + ID_BYTES;
  const settle = (id: string, one: Pending): void => {
    pending.delete(id);
    pendingBytes -= sizeOf(one.text);
  };

  return {
    async offer(id, text, send) {
      if (takenIds.has(id)) return;
      const known = pending.get(id);
      if (known !== undefined) return known.promise;
      if (pendingBytes + sizeOf(text) > MOST_PENDING_BYTES) {
        throw new RuntimeError('ERR_LIMIT', { limit: 'pendingInputBytes', value: pendingBytes });
      }
      send();
      pendingBytes += sizeOf(text);
      const { promise, resolve, reject } = withResolvers();
      pending.set(id, { text, promise, resolve, reject });
      return promise;
    },
    taken(id) {
      const one = pending.get(id);
      if (one === undefined) return undefined;
      settle(id, one);
      takenIds.add(id);
      const [oldest] = takenIds;
      if (takenIds.size > MOST_TAKEN_IDS && oldest !== undefined) takenIds.delete(oldest);
      one.resolve();
      return one.text;
    },
    fail(error) {
      for (const [id, one] of pending) {
        settle(id, one);
        one.reject(error);
      }
    },
  };
}

function withResolvers(): Pick<Pending, 'promise' | 'resolve' | 'reject'> {
  let resolve = () => {};
  let reject: (error: RuntimeError) => void = () => {};
  const promise = new Promise<void>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}
