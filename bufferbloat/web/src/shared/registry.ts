/** What a stream is; the registry counts them by kind. */
export type StreamKind = 'download' | 'upload' | 'request' | 'socket' | 'channel' | 'peer' | 'timer' | 'worker';

/** A stream as others may see it. Times are Unix milliseconds. */
export interface StreamInfo {
  readonly id: number;
  readonly kind: StreamKind;
  readonly label: string;
  readonly openedAtMs: number;
  readonly lastActivityMs: number;
}

export interface StreamOptions {
  readonly kind: StreamKind;
  readonly label: string;
  /**
   * Ends it for good: aborts the request, cancels the reader, closes the socket, clears the timer. Called once at most.
   * The owner releases the stream when that has come to its end; when it throws, the stream had ended.
   */
  readonly cancel: (reason: string) => void;
}

/** The handle that a stream's owner holds. */
export interface Stream {
  readonly id: number;
  /** Notes activity. */
  touch(): void;
  /** Takes it out of the registry: it has ended, by itself or because it was cancelled. */
  release(): void;
}

/** How long a stream may live and how long it may be silent, in milliseconds (requirement B16). */
export const SESSION_LIMITS = { totalMs: 5 * 60_000, inactiveMs: 2 * 60_000, orphanCheckMs: 15_000 } as const;

interface Entry extends StreamOptions {
  readonly id: number;
  readonly openedAtMs: number;
  lastActivityMs: number;
  cancelled: boolean;
}

/** Every stream that one thread has open. What is not in here does not exist, so that an empty registry means quiet. */
export class StreamRegistry {
  readonly #entries = new Map<number, Entry>();
  readonly #nowMs: () => number;
  #nextId = 1;
  #onEmpty: () => void = () => {};

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  open(options: StreamOptions): Stream {
    const id = this.#nextId++;
    const openedAtMs = this.#nowMs();
    const entry: Entry = { ...options, id, openedAtMs, lastActivityMs: openedAtMs, cancelled: false };
    this.#entries.set(id, entry);
    return {
      id,
      touch: () => {
        entry.lastActivityMs = this.#nowMs();
      },
      release: () => this.#release(id),
    };
  }

  list(): StreamInfo[] {
    return [...this.#entries.values()].map(({ id, kind, label, openedAtMs, lastActivityMs }) => ({
      id,
      kind,
      label,
      openedAtMs,
      lastActivityMs,
    }));
  }

  /** Cancels what has outlived a limit of its session; returns what it was. */
  cancelExpired(limits: { readonly totalMs: number; readonly inactiveMs: number } = SESSION_LIMITS): StreamInfo[] {
    const now = this.#nowMs();
    const expired = this.list().filter(
      (stream) => now - stream.openedAtMs >= limits.totalMs || now - stream.lastActivityMs >= limits.inactiveMs,
    );
    for (const stream of expired) this.#cancel(stream.id, 'over a limit of the session');
    return expired;
  }

  /** Cancels everything, newest first; what has ended of it is gone from the registry, the rest is still in there. */
  cancelAll(reason: string): void {
    for (const id of [...this.#entries.keys()].toReversed()) this.#cancel(id, reason);
  }

  /** Resolves as soon as nothing is open, at the latest after `withinMs`; with what is still open then. */
  async ended(withinMs: number): Promise<StreamInfo[]> {
    if (this.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.list();
  }

  #release(id: number): void {
    this.#entries.delete(id);
    if (this.size === 0) this.#onEmpty();
  }

  #cancel(id: number, reason: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.cancelled) return;
    entry.cancelled = true;
    try {
      entry.cancel(reason);
    } catch {
      this.#release(id); // The others must still be cancelled.
    }
  }
}
