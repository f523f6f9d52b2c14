import { streamsOf, TrafficSender, type OutgoingMessage } from '@rowhouse/bufferbloat-engine';
import { ACK_STREAM, type SenderCounts, type SessionMessage, type TrafficStream } from '@rowhouse/bufferbloat-protocol';
import { PrebuiltFrames } from './frames.ts';
import { openSessionSocket, type SessionSocket } from '../shared/session-socket.ts';

/** One clock for the servers and the clients of this machine. */
const unixNowMs = (): number => performance.timeOrigin + performance.now();
const ACK_AFTER_MS = 15;
/** Place of `dueMs` in a header. */
const DUE_AT = 16;
/** More than any stream brings while it is measured. */
const MOST_MESSAGES = 8192;
const FRAMES = new PrebuiltFrames();

/** What one session came to while it was measured. */
export interface SessionFigures {
  /** Delivered over wanted, counted where it arrived; `null`: the user sends nothing that way. */
  readonly downloadShare: number;
  readonly uploadShare: number | null;
  /** 99th percentile of how long after their time messages of the server arrived, in milliseconds. */
  readonly p99Ms: number;
  readonly dropped: number;
  readonly due: number;
}

interface Mark {
  readonly atMs: number;
  readonly bytes: number;
}

/** One session as a client would have it: sends its user's uplink, counts and dates what arrives. */
export class CapacitySession {
  readonly #socket: SessionSocket;
  readonly #streams: readonly TrafficStream[];
  #sender: TrafficSender | undefined;
  readonly #offer: (message: Readonly<OutgoingMessage>) => boolean;
  #nowMs = 0;
  #receivedBytes = 0;
  #heardMs = Number.POSITIVE_INFINITY;
  #from: Mark | undefined;
  #to: Mark | undefined;
  readonly #latenessMs = new Float64Array(MOST_MESSAGES);
  #count = 0;
  /** The server's word, at each report while measuring. */
  readonly #reports: { readonly atMs: number; readonly sent: readonly SenderCounts[]; readonly uploadBytes: number }[] =
    [];
  ended: string | undefined;

  private constructor(socket: SessionSocket, streams: readonly TrafficStream[]) {
    this.#socket = socket;
    this.#streams = streams;
    this.#offer = (message) => {
      this.#send(FRAMES.message(message, this.#nowMs, this.#receivedBytes >>> 0));
      return true;
    };
  }

  /** Connects and starts the traffic. @throws Error when the upgrade is refused */
  static async open(address: string, from: string, streams: readonly TrafficStream[], variant?: string) {
    let session: CapacitySession | undefined;
    const socket = await openSessionSocket(address, from, {
      onBinary: (head, bytes) => session?.onBinary(head, bytes),
      onText: (text) => session?.onText(JSON.parse(text) as SessionMessage),
      onEnd: (reason) => {
        if (session) session.ended ??= reason;
      },
    });
    session = new CapacitySession(socket, streams);
    socket.sendText(
      JSON.stringify({
        type: 'start',
        adaptive: false,
        baseOneWayMs: 0,
        ...(variant === undefined ? {} : { variant }),
      }),
    );
    return session;
  }

  /** Sends what is due, or acknowledges. */
  step(): void {
    if (!this.#sender || this.ended !== undefined) return;
    const nowMs = unixNowMs();
    this.#nowMs = nowMs;
    this.#sender.step(nowMs, this.#offer);
    if (nowMs - this.#heardMs < ACK_AFTER_MS) return;
    this.#send(FRAMES.acknowledgement(nowMs, this.#receivedBytes >>> 0));
  }

  /** From here on everything counts. */
  measure(): void {
    this.#from = { atMs: unixNowMs(), bytes: this.#receivedBytes };
    this.#count = 0;
    this.#reports.length = 0;
  }

  endMeasure(): void {
    this.#to = { atMs: unixNowMs(), bytes: this.#receivedBytes };
  }

  close(): void {
    this.#socket.close();
  }

  /** @param wanted Mbit/s in both directions */
  figures(wanted: { readonly download: number; readonly upload: number }): SessionFigures {
    const [from, to] = [this.#from, this.#to];
    const first = this.#reports[0];
    // Over as long a time as the download: whole periods of the key frames and the film.
    const last = this.#reports.find(({ atMs }) => first && from && to && atMs - first.atMs > to.atMs - from.atMs - 100);
    if (!from || !to || !first || !last || this.ended !== undefined)
      return { downloadShare: 0, uploadShare: 0, p99Ms: Number.POSITIVE_INFINITY, dropped: 0, due: 1 };
    const mbps = (bytes: number, ms: number) => bytes / 125 / ms;
    const sum = (of: (counts: SenderCounts) => number) =>
      last.sent.reduce((total, counts, at) => total + of(counts) - of(first.sent[at] ?? counts), 0);
    const upload = mbps(last.uploadBytes - first.uploadBytes, last.atMs - first.atMs);
    const sorted = this.#latenessMs.subarray(0, this.#count).sort();
    return {
      downloadShare: mbps(to.bytes - from.bytes, to.atMs - from.atMs) / wanted.download,
      uploadShare: wanted.upload === 0 ? null : upload / wanted.upload,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY,
      dropped: sum(({ dropped }) => dropped),
      due: sum(({ due }) => due),
    };
  }

  onBinary(head: Uint8Array, bytes: number): void {
    const nowMs = unixNowMs();
    this.#receivedBytes += bytes;
    if (head[0] === ACK_STREAM) return;
    if (this.#heardMs === Number.POSITIVE_INFINITY) this.#heardMs = nowMs;
    if (!this.#from || this.#to) return;
    if (this.#count < MOST_MESSAGES) this.#latenessMs[this.#count++] = nowMs - (head as Buffer).readDoubleBE(DUE_AT);
  }

  onText(message: SessionMessage): void {
    if (message.type === 'started')
      this.#sender = new TrafficSender(streamsOf(this.#streams, 'upload'), message.startMs);
    else if (message.type === 'ended') this.ended = message.code;
    else if (message.type === 'report') {
      const uploadBytes = message.receivedBytes.reduce((total, [, bytes]) => total + bytes, 0);
      this.#reports.push({ atMs: message.timeMs, sent: message.sent, uploadBytes });
    }
  }

  #send(frame: Buffer): void {
    this.#socket.sendWhole(frame);
    this.#heardMs = Number.POSITIVE_INFINITY;
  }
}
