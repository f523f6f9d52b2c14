import {
  type ClientMessage,
  type ProcessEnd,
  type ProcessInfo,
  type ServerMessage,
} from '@rowhouse/classroom-protocol';

/** Acknowledged at least this often; the server stops sending at four times as much. */
const ACK_BYTES = 64 * 1024;

export interface Piece {
  readonly kind: string;
  readonly text: string;
  /** `performance.now()` when it came. */
  readonly atMs: number;
}

/** A script or REPL as one viewer sees it. */
export class Run {
  /** Of all of them: a second view of a program goes on where the first one was. */
  static #inputs = 0;
  readonly id: string;
  readonly info: ProcessInfo;
  /** `performance.now()` when its start was asked for. */
  readonly askedMs: number;
  readonly pieces: Piece[] = [];
  readonly ended: Promise<ProcessEnd>;
  state: string;
  droppedBytes = 0;
  /** Offsets followed each other without a hole or an overlap. */
  inOrder = true;
  readonly #send: (message: ClientMessage) => void;
  readonly #watchers = new Set<() => void>();
  #end: ((end: ProcessEnd) => void) | undefined;
  #next = 0;
  #acknowledged = 0;

  constructor(info: ProcessInfo, askedMs: number, send: (message: ClientMessage) => void) {
    this.id = info.id;
    this.info = info;
    this.askedMs = askedMs;
    this.state = info.state;
    this.#send = send;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** All text of a kind, or of all kinds but what was typed and the classroom's notices. */
  text(kind?: string): string {
    const wanted = (piece: Piece) =>
      kind === undefined ? !['input', 'notice'].includes(piece.kind) : piece.kind === kind;
    return this.pieces
      .filter(wanted)
      .map((piece) => piece.text)
      .join('');
  }

  /** Milliseconds from the request to the first output; `undefined` when there was none. */
  get firstOutputMs(): number | undefined {
    const first = this.pieces.find(({ kind }) => kind === 'stdout' || kind === 'stderr');
    return first && first.atMs - this.askedMs;
  }

  hear(message: ServerMessage): void {
    const atMs = performance.now();
    if (message.type === 'output') {
      this.#take(message.offset, message.next, { kind: message.kind, text: message.text, atMs });
    } else if (message.type === 'figure') {
      this.#take(message.offset, message.next, { kind: 'figure', text: '', atMs });
    } else if (message.type === 'dropped') {
      this.droppedBytes += message.bytes;
      this.#next = message.next;
    } else if (message.type === 'state') {
      this.state = message.state;
    } else if (message.type === 'ended') {
      this.state = 'ended';
      this.#end?.(message.end);
    }
    for (const watcher of this.#watchers) watcher();
  }

  #take(offset: number, next: number, piece: Piece): void {
    if (offset !== this.#next) this.inOrder = false;
    this.#next = next;
    this.pieces.push(piece);
    if (next - this.#acknowledged < ACK_BYTES) return;
    this.#acknowledged = next;
    this.#send({ type: 'ack', process: this.id, offset: next });
  }

  /** @throws Error when it did not come true in time, with the last of what was printed */
  async until(holds: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void) => {
        this.#watchers.delete(watcher);
        clearTimeout(timer);
        settle();
      };
      const watcher = () => {
        if (holds()) done(resolve);
      };
      const timer = setTimeout(() => {
        done(() => reject(new Error(`${what} did not come within ${timeoutMs} ms; last: ${this.text().slice(-200)}`)));
      }, timeoutMs);
      this.#watchers.add(watcher);
    });
  }

  /** Types a line. */
  input(text: string): void {
    Run.#inputs += 1;
    this.#send({ type: 'input', process: this.id, inputId: `i${Run.#inputs}`, text });
  }

  /**
   * Types `print("MARK")` at a REPL's prompt.
   *
   * @returns milliseconds until what it prints is there
   */
  async echo(mark: string, timeoutMs = 10_000): Promise<number> {
    const from = this.pieces.length;
    let atMs: number | undefined;
    const startMs = performance.now();
    this.input(`print("${mark}")`);
    await this.until(
      () => {
        atMs = this.pieces.slice(from).find(({ kind, text }) => kind === 'stdout' && text.includes(mark))?.atMs;
        return atMs !== undefined;
      },
      `the echo ${mark}`,
      timeoutMs,
    );
    return (atMs ?? Number.POSITIVE_INFINITY) - startMs;
  }

  stop(): void {
    this.#send({ type: 'stop', process: this.id });
  }

  endInput(): void {
    this.#send({ type: 'end-input', process: this.id });
  }
}
