import { CliError, messageOf } from './errors.ts';

/** One load connection, of either direction. */
export interface LoadConnection {
  /** Ends it at once; `ended` may or may not follow. */
  end(): void;
}

export interface LoadEvents {
  readonly bytes: (count: number) => void;
  /** It is over; with what went wrong, if anything did. */
  readonly ended: (error: unknown) => void;
}

/** How soon a connection that ended by itself is opened again, in milliseconds. */
const REOPEN_MS = 250;
/** So many in a row that failed mean that it will not work. */
const MOST_FAILURES = 20;

/** Keeps a wanted number of load connections of one direction open, and ends every one of them when none is wanted. */
export class LoadGroup {
  readonly #start: (events: LoadEvents) => LoadConnection;
  readonly #failed: (error: CliError) => void;
  readonly #open = new Set<LoadConnection>();
  #wanted = 0;
  #failures = 0;
  #receivedBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param failed told once when connections keep failing: the server's refusal if there was one. */
  constructor(start: (events: LoadEvents) => LoadConnection, failed: (error: CliError) => void) {
    this.#start = start;
    this.#failed = failed;
  }

  /** Bytes read by this side since the test began. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get wanted(): number {
    return this.#wanted;
  }

  /** How many connections should be open from now on. */
  want(count: number): void {
    this.#wanted = count;
    if (count === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      for (const connection of this.#open) connection.end();
      this.#open.clear();
    }
    while (this.#open.size < this.#wanted && this.#timer === undefined) this.#openOne();
  }

  #openOne(): void {
    let over = false;
    const connection = this.#start({
      bytes: (count) => {
        if (over || !this.#open.has(connection)) return;
        this.#failures = 0;
        this.#receivedBytes += count;
      },
      ended: (error) => {
        if (over) return;
        over = true;
        if (this.#open.delete(connection)) this.#lost(error);
      },
    });
    this.#open.add(connection);
  }

  /** A connection ended that was still wanted. */
  #lost(error: unknown): void {
    if (error !== undefined) this.#failures += 1;
    if (this.#failures >= MOST_FAILURES) {
      const wanted = this.#wanted;
      this.want(0);
      if (wanted > 0) this.#failed(asCliError(error));
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.want(this.#wanted);
    }, REOPEN_MS);
  }
}

function asCliError(error: unknown): CliError {
  return error instanceof CliError
    ? error
    : new CliError('connection-lost', `load connections keep failing: ${messageOf(error)}`);
}
