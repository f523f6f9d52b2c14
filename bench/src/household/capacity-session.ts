import { Acknowledged, streamsOf, TrafficSender } from '@rowhouse/bufferbloat-engine';
import {
  ACK_STREAM,
  FRAME_HEADER_BYTES,
  readFrameHeader,
  type SenderCounts,
  type SessionMessage,
  type TrafficStream,
} from '@rowhouse/bufferbloat-protocol';
import { openSessionSocket, type SessionSocket } from '../shared/session-socket.ts';

/** One clock for the servers and the clients of this machine. */
const unixNowMs = (): number => performance.timeOrigin + performance.now();
const ACK_AFTER_MS = 15;
const NOTHING = { stream: ACK_STREAM, keyFrame: false, quality: 0, sequence: 0, unit: 0, unitBytes: 0 };

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
  readonly #acknowledged = new Acknowledged();
  #sentBytes = 0;
  #receivedBytes = 0;
  #heardMs = Number.POSITIVE_INFINITY;
  #from: Mark | undefined;
  #to: Mark | undefined;
  readonly #latenessMs: number[] = [];
  /** The server's word, at each report while measuring. */
  readonly #reports: { readonly atMs: number; readonly sent: readonly SenderCounts[]; readonly uploadBytes: number }[] =
    [];
  ended: string | undefined;

  private constructor(socket: SessionSocket, streams: readonly TrafficStream[]) {
    this.#socket = socket;
    this.#streams = streams;
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
    this.#sender.step(nowMs, (message) => {
      const ackBytes = this.#receivedBytes >>> 0;
      this.#send({ ...message, sentAfterMs: nowMs - message.dueMs, ackBytes }, message.bytes);
      return true;
    });
    if (nowMs - this.#heardMs < ACK_AFTER_MS) return;
    this.#send({ ...NOTHING, dueMs: nowMs, sentAfterMs: 0, ackBytes: this.#receivedBytes >>> 0 }, FRAME_HEADER_BYTES);
  }

  /** From here on everything counts. */
  measure(): void {
    this.#from = { atMs: unixNowMs(), bytes: this.#receivedBytes };
    this.#latenessMs.length = 0;
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
    const [first, last] = [this.#reports[0], this.#reports.at(-1)];
    if (!from || !to || !first || !last || this.ended !== undefined)
      return { downloadShare: 0, uploadShare: 0, p99Ms: Number.POSITIVE_INFINITY, dropped: 0, due: 1 };
    const mbps = (bytes: number, ms: number) => bytes / 125 / ms;
    const sum = (of: (counts: SenderCounts) => number) =>
      last.sent.reduce((total, counts, at) => total + of(counts) - of(first.sent[at] ?? counts), 0);
    const upload = mbps(last.uploadBytes - first.uploadBytes, last.atMs - first.atMs);
    const sorted = Float64Array.from(this.#latenessMs).sort();
    return {
      downloadShare: mbps(to.bytes - from.bytes, to.atMs - from.atMs) / wanted.download,
      uploadShare: wanted.upload === 0 ? null : upload / wanted.upload,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY,
      dropped: sum(({ dropped }) => dropped),
      due: sum(({ due }) => due),
    };
  }

  onBinary(head: Uint8Array, bytes: number): void {
    const header = readFrameHeader(head);
    if (!header) return;
    const nowMs = unixNowMs();
    this.#receivedBytes += bytes;
    this.#acknowledged.note(header.ackBytes, this.#sentBytes);
    if (header.stream === ACK_STREAM) return;
    if (this.#heardMs === Number.POSITIVE_INFINITY) this.#heardMs = nowMs;
    if (this.#from && !this.#to) this.#latenessMs.push(nowMs - header.dueMs);
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

  #send(header: Parameters<SessionSocket['sendFrame']>[0], bytes: number): void {
    this.#socket.sendFrame(header, bytes);
    this.#sentBytes += bytes;
    this.#heardMs = Number.POSITIVE_INFINITY;
  }
}
