import { streamsOf } from '@rowhouse/bufferbloat-engine';
import { ACK_STREAM, readFrameHeader, type SessionRequest, sessionMessageSchema } from '@rowhouse/bufferbloat-protocol';
import { eventMs, nowMs } from '../shared/clock.ts';
import type { Hello, TrafficEvent, TrafficStart } from '../shared/household-messages.ts';
import type { Stream } from '../shared/registry.ts';
import { discard } from './discard.ts';
import { Downlink } from './downlink.ts';
import { after, registry } from './scope.ts';
import { Uplink } from './uplink.ts';

/** How long an attempt to connect may take, in milliseconds. */
const CONNECT_MS = 3000;

/** One connection of one user's application to its server: from opening to its end, whoever ends it. */
export class Session {
  readonly #socket: WebSocket;
  readonly #stream: Stream;
  readonly #report: (event: TrafficEvent) => void;
  #cancelTimer: () => void;
  #isOver = false;
  #wasOpen = false;
  #hello: Hello | undefined;
  #start: TrafficStart | undefined;
  #offsetMs = 0;
  #heardMs = 0;
  #uplink: Uplink | undefined;
  #downlink: Downlink | undefined;

  constructor(url: string, report: (event: TrafficEvent) => void) {
    this.#report = report;
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#stream = registry.open({ kind: 'socket', label: 'session', cancel: () => this.close() });
    this.#cancelTimer = after(CONNECT_MS, () => this.#lost(`no answer within ${CONNECT_MS / 1000} s`));
    socket.addEventListener('message', (event: MessageEvent<unknown>) => this.#received(event));
    socket.addEventListener('close', (event) => {
      this.#stream.release();
      this.#lost(event.reason || `the connection was lost (code ${event.code})`);
    });
  }

  start(start: TrafficStart): void {
    this.#start = start;
    this.#offsetMs = start.offsetMs;
    const { variant, adaptive, baseOneWayMs } = start;
    this.#say({ type: 'start', adaptive, baseOneWayMs, ...(variant !== undefined && { variant }) });
  }

  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  /** Ends our traffic and asks the server to end its own. */
  stop(): void {
    this.#uplink?.finish();
    this.#say({ type: 'stop' });
  }

  /** Tells what came since the last call. */
  tick(): void {
    const [uplink, downlink] = [this.#uplink, this.#downlink];
    if (this.#isOver || !uplink || !downlink) return;
    const { flight } = uplink;
    const isKnown = Number.isFinite(flight.asOfMs);
    this.#report({
      type: 'tick',
      tick: {
        atMs: nowMs(),
        heardMs: this.#heardMs,
        ...downlink.tick(this.#serverMs()),
        acknowledged: isKnown ? { atMs: flight.asOfMs - this.#offsetMs, bytes: flight.arrivedBytes } : undefined,
        sent: uplink.counts(),
        lateMs: uplink.takeLateMs(),
      },
    });
  }

  /** Ends it; nothing more is said of it. */
  close(): void {
    this.#end();
    if (this.#socket.readyState === WebSocket.CLOSED) this.#stream.release();
    else this.#socket.close();
  }

  #received(event: MessageEvent<unknown>): void {
    if (this.#isOver) return;
    const atMs = eventMs(event);
    this.#heardMs = atMs;
    this.#stream.touch();
    if (typeof event.data === 'string') this.#text(event.data);
    else if (event.data instanceof ArrayBuffer) this.#binary(event.data, atMs + this.#offsetMs);
  }

  #binary(data: ArrayBuffer, arrivalMs: number): void {
    const header = readFrameHeader(data);
    if (!header || !this.#downlink || !this.#uplink) return;
    this.#uplink.flight.acknowledge(header.ackBytes, header.dueMs + header.sentAfterMs);
    this.#downlink.take(header, data.byteLength, arrivalMs);
    discard(data);
    // An acknowledgement is not acknowledged, or they would go back and forth for ever.
    if (header.stream !== ACK_STREAM) this.#uplink.owe();
  }

  #text(data: string): void {
    const parsed = sessionMessageSchema.safeParse(parse(data));
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.type) {
      case 'hello':
        this.#cancelTimer();
        this.#wasOpen = true;
        this.#hello = message;
        return this.#report({ type: 'hello', hello: message });
      case 'started':
        return this.#started(message.startMs);
      case 'report':
        return this.#report({ type: 'report', report: message });
      case 'stopped':
        this.tick();
        return this.#report({ type: 'stopped' });
      case 'ended':
        return this.#lost(message.message);
    }
  }

  #started(startMs: number): void {
    if (!this.#hello || !this.#start || this.#uplink) return;
    const { streams } = this.#hello.profile;
    const { baseOneWayMs } = this.#start;
    const downlink = new Downlink({
      streams: streamsOf(streams, 'download'),
      startMs,
      baseOneWayMs,
      onQuality: (quality) => this.#say({ type: 'quality', quality }),
    });
    this.#downlink = downlink;
    const ownStartMs = this.#serverMs();
    this.#uplink = new Uplink({
      streams: streamsOf(streams, 'upload'),
      startMs: ownStartMs,
      baseOneWayMs,
      serverMs: () => this.#serverMs(),
      after,
      send: (message) => this.#socket.send(message),
      ackBytes: () => downlink.ackBytes,
    });
    this.#report({ type: 'started', startMs, ownStartMs });
  }

  #lost(reason: string): void {
    if (this.#isOver) return;
    this.tick();
    this.close();
    this.#report({ type: 'lost', atMs: nowMs(), wasOpen: this.#wasOpen, reason });
  }

  #end(): void {
    this.#isOver = true;
    this.#cancelTimer();
    this.#uplink?.end();
  }

  #say(request: SessionRequest): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }

  #serverMs(): number {
    return nowMs() + this.#offsetMs;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
