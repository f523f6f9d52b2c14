import type { Clock } from '@rowhouse/supervisor';
import type { Capacity } from '../api.ts';
import { type CapacityName, RuntimeError } from '../errors.ts';
import { createLine } from './line.ts';

/** Lets runs begin as long as the machine can carry them; others wait for their turn. */
export interface Admission {
  readonly running: number;
  readonly queued: number;
  /**
   * @returns to be called once when the run is over
   * @throws RuntimeError `ERR_CAPACITY` when its turn did not come in time; the signal's reason when it is given up
   */
  enter(ask: AdmissionRequest): Promise<() => void>;
  /** @throws RuntimeError `ERR_CAPACITY` when there is no memory for one more room */
  admitRoom(): void;
  /** What all rooms occupy now. */
  measured(pssBytes: number): void;
}

export interface AdmissionRequest {
  /** Somebody sits before it: goes before those who do not. */
  readonly interactive: boolean;
  /** 1: next. */
  readonly onQueued: (position: number) => void;
  readonly signal: AbortSignal | undefined;
}

export interface AdmissionOptions {
  readonly capacity: Capacity;
  /** Programs of all students that may be registered. */
  readonly mostRuns: number;
  readonly processesTotal: number;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** Somebody waits: ends the oldest program that nobody seems to need. */
  readonly makeRoom: () => void;
}

interface Waiting extends AdmissionRequest {
  readonly begin: () => void;
  position: number;
}

/** What a run or a room occupies until it has been measured. */
const RESERVED_BYTES = 8 * 1024 * 1024;

export function createAdmission({ capacity, mostRuns, processesTotal, clock, makeRoom }: AdmissionOptions): Admission {
  const line = createLine<Waiting>();
  let running = 0;
  let pssBytes = 0;
  let reservedBytes = 0;

  const isMemoryFull = (): boolean => pssBytes + reservedBytes >= capacity.memoryBytes;
  const obstacle = (): CapacityName | undefined => {
    if (running >= capacity.maxActiveRuns) return 'maxActiveRuns';
    if (running >= mostRuns) return 'processesTotal';
    return isMemoryFull() ? 'memoryBytes' : undefined;
  };
  const values = (): Readonly<Record<CapacityName, number>> => ({ ...capacity, processesTotal });

  const tellPositions = (): void => {
    for (const [index, waiting] of line.list().entries()) {
      if (waiting.position === index + 1) continue;
      waiting.position = index + 1;
      waiting.onQueued(waiting.position);
    }
  };
  const leaver = (): (() => void) => {
    running += 1;
    reservedBytes += RESERVED_BYTES;
    let isGone = false;
    return () => {
      if (isGone) return;
      isGone = true;
      running -= 1;
      advance();
    };
  };
  const advance = (): void => {
    for (let next = line.first; next !== undefined && obstacle() === undefined; next = line.first) {
      line.remove(next);
      next.begin();
    }
    tellPositions();
  };

  const wait = (ask: AdmissionRequest): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const sinceMs = clock.nowMs();
      const settle = (): void => {
        cancel();
        ask.signal?.removeEventListener('abort', onAbort);
        line.remove(waiting);
      };
      const refuse = (error: unknown): void => {
        settle();
        reject(error instanceof Error ? error : new Error(String(error)));
        tellPositions();
      };
      const onAbort = (): void => refuse(ask.signal?.reason);
      const waiting: Waiting = {
        ...ask,
        position: 0,
        begin() {
          settle();
          resolve(leaver());
        },
      };
      const cancel = clock.after(capacity.queueMs, () => {
        const limit = obstacle() ?? 'maxActiveRuns';
        const waitedMs = clock.nowMs() - sinceMs;
        refuse(new RuntimeError('ERR_CAPACITY', { limit, value: values()[limit], waitedMs }));
      });
      ask.signal?.addEventListener('abort', onAbort);
      line.add(waiting, ask.interactive);
      tellPositions();
      makeRoom();
    });

  return {
    get running() {
      return running;
    },
    get queued() {
      return line.length;
    },
    async enter(ask) {
      ask.signal?.throwIfAborted();
      return line.length === 0 && obstacle() === undefined ? leaver() : wait(ask);
    },
    admitRoom() {
      if (isMemoryFull()) {
        throw new RuntimeError('ERR_CAPACITY', { limit: 'memoryBytes', value: capacity.memoryBytes, waitedMs: 0 });
      }
      reservedBytes += RESERVED_BYTES;
    },
    measured(bytes) {
      pssBytes = bytes;
      reservedBytes = 0;
      advance();
    },
  };
}
