import { Acknowledged, streamsOf, TrafficSender } from '@rowhouse/bufferbloat-engine';
import {
  ACK_STREAM,
  FRAME_HEADER_BYTES,
  readFrameHeader,
  sessionMessageSchema,
  type SessionMessage,
  type SessionRequest,
} from '@rowhouse/bufferbloat-protocol';
import { openSessionSocket, type SessionSocket } from './session-socket.ts';

export type Hello = Extract<SessionMessage, { type: 'hello' }>;
export type Report = Extract<SessionMessage, { type: 'report' }>;
/** What a session asks for. */
export type StartRequest = Omit<Extract<SessionRequest, { type: 'start' }>, 'type'>;

/** Unix milliseconds. The servers on this machine have the same clock. */
export const unixNowMs = (): number => performance.timeOrigin + performance.now();

/** With nothing of its own to send for so long a client only acknowledges. */
const ACK_AFTER_MS = 15;
/** Like the page: what may be on its way beyond the least two messages, as time at the uplink's rate. */
const IN_FLIGHT_MS = 50;

/** One connection to a user's process, from the client's side: sends the profile's uplink, counts what comes. */
export class HouseholdSession {
  readonly openedMs: number;
  establishedMs = Number.NaN;
  startedMs = Number.NaN;
  firstTrafficMs = Number.NaN;
  lastHeardMs = Number.NaN;
  hello: Hello | undefined;
  report: Report | undefined;
  stopped = false;
  /** Why there is no connection any more. */
  ended: string | undefined;
  /** Bytes of every stream's messages. */
  readonly receivedBytes = new Map<number, number>();
  /** Lateness of downlink ticks, audio and video, in milliseconds. */
  readonly latenessMs: number[] = [];
  /** Resolves when `ended` is known. */
  readonly closed: Promise<void>;
  readonly #request: StartRequest;
  #onClosed = () => {};
  #socket: SessionSocket | undefined;
  #sender: TrafficSender | undefined;
  #units = new Set<number>();
  #inFlightBytes = 0;
  #sentBytes = 0;
  readonly #acknowledged = new Acknowledged();
  #ackBytes = 0;
  #heardAtMs = Number.POSITIVE_INFINITY;

  private constructor(request: StartRequest) {
    this.openedMs = performance.now();
    this.#request = request;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  /**
   * Connects, and starts the traffic as soon as the server has said hello.
   *
   * @throws Error when the upgrade is refused
   */
  static async open(address: string, from: string, request: StartRequest): Promise<HouseholdSession> {
    const session = new HouseholdSession(request);
    session.#socket = await openSessionSocket(address, from, {
      onBinary: (head, bytes) => session.#onBinary(head, bytes),
      onText: (text) => session.#onText(text),
      onEnd: (reason) => session.#end(reason),
    });
    session.establishedMs = performance.now();
    session.lastHeardMs = session.establishedMs;
    return session;
  }

  /** Sends what is due, or acknowledges. To be called every few milliseconds. */
  step(): void {
    const socket = this.#socket;
    if (!socket || !this.#sender || this.ended !== undefined) return;
    const nowMs = unixNowMs();
    if (!this.stopped) {
      this.#sender.step(nowMs, (message) => {
        const limit = Math.max(this.#inFlightBytes, 2 * message.bytes);
        if (this.#sentBytes - this.#acknowledged.bytes + message.bytes > limit) return false;
        const header = { ...message, sentAfterMs: nowMs - message.dueMs, ackBytes: this.#ackBytes };
        this.#send(socket, header, message.bytes);
        return true;
      });
    }
    if (performance.now() - this.#heardAtMs < ACK_AFTER_MS) return;
    const nothing = { stream: ACK_STREAM, keyFrame: false, quality: 0, sequence: 0, unit: 0, unitBytes: 0 };
    this.#send(socket, { ...nothing, dueMs: nowMs, sentAfterMs: 0, ackBytes: this.#ackBytes }, FRAME_HEADER_BYTES);
  }

  /** Asks for the last report. */
  stop(): void {
    this.#sender = undefined;
    this.#socket?.sendText(JSON.stringify({ type: 'stop' } satisfies SessionRequest));
  }

  close(): void {
    this.#socket?.close();
  }

  #send(socket: SessionSocket, header: Parameters<SessionSocket['sendFrame']>[0], bytes: number): void {
    socket.sendFrame(header, bytes);
    this.#sentBytes += bytes;
    this.#heardAtMs = Number.POSITIVE_INFINITY;
  }

  #onBinary(head: Uint8Array, bytes: number): void {
    const header = readFrameHeader(head);
    if (!header) throw new Error('a message without a header');
    const nowMs = performance.now();
    this.lastHeardMs = nowMs;
    this.#ackBytes = (this.#ackBytes + bytes) >>> 0;
    this.#acknowledged.note(header.ackBytes, this.#sentBytes);
    if (header.stream === ACK_STREAM) return;
    if (this.#heardAtMs === Number.POSITIVE_INFINITY) this.#heardAtMs = nowMs;
    if (Number.isNaN(this.firstTrafficMs)) this.firstTrafficMs = nowMs;
    this.receivedBytes.set(header.stream, (this.receivedBytes.get(header.stream) ?? 0) + bytes);
    if (this.#units.has(header.stream)) this.latenessMs.push(performance.timeOrigin + nowMs - header.dueMs);
  }

  #onText(text: string): void {
    this.lastHeardMs = performance.now();
    const message = sessionMessageSchema.parse(JSON.parse(text));
    if (message.type === 'hello') this.#begin(message);
    else if (message.type === 'started') this.#onStarted(message.startMs);
    else if (message.type === 'report') this.report = message;
    else if (message.type === 'stopped') this.stopped = true;
    else this.#end(`${message.code}: ${message.message}`);
  }

  #end(reason: string): void {
    this.ended ??= reason;
    this.#onClosed();
  }

  #begin(hello: Hello): void {
    this.hello = hello;
    this.#inFlightBytes = hello.profile.uploadMbps * 125 * IN_FLIGHT_MS;
    const units = hello.profile.streams.flatMap(({ kind }, index) =>
      kind === 'ticks' || kind === 'audio' || kind === 'video' ? [index] : [],
    );
    this.#units = new Set(units);
    this.#socket?.sendText(JSON.stringify({ type: 'start', ...this.#request } satisfies SessionRequest));
  }

  #onStarted(startMs: number): void {
    this.startedMs = performance.now();
    this.#sender = new TrafficSender(streamsOf(this.hello?.profile.streams ?? [], 'upload'), startMs);
  }
}
