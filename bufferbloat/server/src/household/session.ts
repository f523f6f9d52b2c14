import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  MAX_FRAME_BYTES,
  readFrameHeader,
  SESSION_TIMES,
  type SessionMessage,
  type UserProfile,
} from '@rowhouse/bufferbloat-protocol';
import { streamsOf } from '@rowhouse/bufferbloat-engine';
import type { Tcp } from '../tcp/index.ts';
import { FrameReader, type FrameListener } from '../websocket/index.ts';
import { MessageBudget } from './budget.ts';
import { ENDINGS, type Ending } from './ending.ts';
import { readRequest } from './requests.ts';
import { Traffic, unsentBytesFor, variantMbps, type StartRequest } from './traffic.ts';
import { Wire, type Press } from './wire.ts';

/** What a session needs of its process. */
export interface SessionContext {
  readonly architecture: 'simple_multiprocess' | 'single_process';
  readonly instance: number;
  readonly tcp: Tcp;
  readonly press: Press;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** Worst delay of the loop since then, in milliseconds. */
  readonly loopDelayMs: (sinceMs: number, nowMs: number) => number;
  /** Counts bytes that were sent. @returns `false` when the server's budget is used up */
  readonly spend: (bytes: number) => boolean;
  /** The session has something to do earlier than it said. */
  readonly reschedule: (session: Session) => void;
  /** Called once, with the figures complete. */
  readonly onEnd: (session: Session, ending: Ending) => void;
}

/** Without a pong or any other sign of life for three pings the client is gone; a full line may well hold one back. */
const PONG_WITHIN_MS = 3 * SESSION_TIMES.pingEveryMs;
/** A client that has been told that it is over may take so long to hear of it. */
const GOODBYE_MS = 2000;

/** One user's session: talks to one client until one of both has had enough. It keeps no timers: `step` is called. */
export class Session implements FrameListener {
  readonly id = randomBytes(9).toString('base64url');
  readonly #socket: Socket;
  readonly #context: SessionContext;
  readonly #profile: UserProfile;
  readonly #forwarded: boolean;
  readonly #wire: Wire;
  readonly #budget: MessageBudget;
  readonly #openedMs: number;
  #heardMs: number;
  #aliveMs: number;
  #pingMs: number;
  #reportMs = Number.POSITIVE_INFINITY;
  #reportedMs = 0;
  #traffic: Traffic | undefined;
  #running = false;
  /** What the kernel's bound on unsent bytes was set for. */
  #bulkMbps = 0;
  #ending: Ending | undefined;
  readonly reader: FrameReader;

  constructor(socket: Socket, profile: UserProfile, forwarded: boolean, context: SessionContext) {
    const nowMs = context.nowMs();
    this.#socket = socket;
    this.#context = context;
    this.#profile = profile;
    this.#forwarded = forwarded;
    const unsentBytes = unsentBytesFor(streamsOf(profile.streams, 'download').map(({ stream }) => stream));
    context.tcp.limitUnsent(socket, unsentBytes);
    this.#wire = new Wire(socket, context.press, unsentBytes, () => this.#onRoom());
    this.#budget = new MessageBudget(
      streamsOf(profile.streams, 'upload').map(({ stream }) => stream),
      nowMs,
    );
    this.reader = new FrameReader(this, MAX_FRAME_BYTES);
    this.#openedMs = nowMs;
    this.#heardMs = nowMs;
    this.#aliveMs = nowMs;
    this.#pingMs = nowMs + SESSION_TIMES.pingEveryMs;
    this.#say({
      type: 'hello',
      sessionId: this.id,
      userId: profile.id,
      architecture: context.architecture,
      instance: context.instance,
      forwarded,
      timeMs: nowMs,
      profile,
      server: { congestionControl: context.tcp.congestionControl(socket), tcpInfo: this.#info() !== undefined },
    });
  }

  /** What its traffic has come to, for statistics. */
  get traffic(): Traffic | undefined {
    return this.#traffic;
  }

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** When it must be ended unless something comes, Unix milliseconds. */
  get expiresMs(): number {
    return Math.min(
      this.#heardMs + SESSION_TIMES.inactiveMs,
      this.#openedMs + SESSION_TIMES.longestMs,
      this.#aliveMs + PONG_WITHIN_MS,
    );
  }

  /** Ends it if its time is over. @returns whether it has ended */
  expire(nowMs: number): boolean {
    if (nowMs >= this.#openedMs + SESSION_TIMES.longestMs) this.end('too-long');
    else if (nowMs >= this.#heardMs + SESSION_TIMES.inactiveMs) this.end('inactive');
    else if (nowMs >= this.#aliveMs + PONG_WITHIN_MS) this.end('no-pong');
    return this.ended;
  }

  /** When `step` has something to do, Unix milliseconds. */
  nextDueMs(): number {
    const trafficMs = this.#running && this.#traffic ? this.#traffic.nextDueMs() : Number.POSITIVE_INFINITY;
    return Math.min(trafficMs, this.#reportMs, this.#pingMs);
  }

  step(nowMs: number): void {
    if (this.#running && this.#traffic) this.#sendTraffic(this.#traffic, nowMs);
    if (nowMs >= this.#reportMs && !this.ended) this.#report(nowMs);
    if (nowMs >= this.#pingMs && !this.ended) {
      this.#pingMs = nowMs + SESSION_TIMES.pingEveryMs;
      if (!this.#wire.ping()) this.end('not-read');
    }
  }

  /** Ends it at once; what the client is told goes out as far as it still can. */
  end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#running = false;
    this.reader.stop();
    const { close, message } = ENDINGS[ending];
    if (ending === 'send-failed' || ending === 'closed') this.#socket.destroy();
    else {
      if (ending !== 'client-stopped') this.#say({ type: 'ended', code: ending, message });
      this.#wire.close(close, ending);
      const { tcp } = this.#context;
      setTimeout(() => tcp.reset(this.#socket), GOODBYE_MS).unref();
    }
    this.#context.onEnd(this, ending);
  }

  onBinary(head: Uint8Array, bytes: number): void {
    const nowMs = this.#heard(bytes);
    if (this.ended) return undefined;
    if (!this.#running) return this.#traffic ? undefined : this.end('bad-message');
    const header = readFrameHeader(head);
    if (!header || !this.#traffic?.receive(header, bytes, nowMs)) return this.end('bad-message');
    return this.#context.reschedule(this);
  }

  onText(text: string): void {
    const nowMs = this.#heard(text.length);
    if (this.ended) return undefined;
    const request = readRequest(text);
    if (request?.type === 'start') return this.#start(request, nowMs);
    if (request?.type === 'quality') return this.#traffic?.setQuality(request.quality);
    if (request?.type === 'stop') return this.#stop(nowMs);
    return this.end('bad-message');
  }

  onPing(data: Uint8Array): void {
    if (!this.#spendAllowance(data.byteLength)) return;
    this.#wire.pong(data);
  }

  onPong(): void {
    if (this.#spendAllowance(0)) this.#aliveMs = this.#context.nowMs();
  }

  onClose(): void {
    this.end(this.#traffic && !this.#running ? 'client-stopped' : 'closed');
  }

  onInvalid(): void {
    this.end('bad-message');
  }

  #start(request: StartRequest, nowMs: number): void {
    const { variant } = request;
    if (this.#traffic || (variant !== undefined && variantMbps(this.#profile, variant) === undefined))
      return this.end('bad-message');
    this.#traffic = new Traffic(this.#profile, request, this.#wire, nowMs, this.#context.nowMs);
    this.#running = true;
    this.#reportedMs = nowMs;
    this.#reportMs = nowMs + SESSION_TIMES.reportEveryMs;
    this.#say({ type: 'started', startMs: nowMs });
    return this.#context.reschedule(this);
  }

  #stop(nowMs: number): void {
    if (!this.#running) return;
    this.#running = false;
    this.#report(nowMs);
    this.#reportMs = Number.POSITIVE_INFINITY;
    this.#say({ type: 'stopped', timeMs: nowMs });
  }

  #sendTraffic(traffic: Traffic, nowMs: number): void {
    const before = traffic.sentBytes;
    const bulkMbps = traffic.bulkMbps;
    traffic.step(nowMs);
    if (traffic.broken) return this.end('send-failed');
    if (!this.#context.spend(traffic.sentBytes - before)) return this.end('outgoing-budget');
    if (bulkMbps !== this.#bulkMbps) {
      this.#bulkMbps = bulkMbps;
      const outgoing = streamsOf(this.#profile.streams, 'download').map(({ stream }) => stream);
      this.#context.tcp.limitUnsent(this.#socket, unsentBytesFor(outgoing, bulkMbps));
    }
    return undefined;
  }

  #report(nowMs: number): void {
    const { traffic } = this;
    if (!traffic) return;
    const tcp = this.#info();
    const said = this.#say({
      type: 'report',
      timeMs: nowMs,
      ...traffic.takeFigures(),
      loopDelayMs: Math.round(this.#context.loopDelayMs(this.#reportedMs, nowMs) * 100) / 100,
      ...(tcp ? { tcp: { rttMs: tcp.rttMs, minRttMs: tcp.minRttMs, retransmissions: tcp.retransmissions } } : {}),
    });
    if (!said) return this.end('not-read');
    this.#reportedMs = nowMs;
    // A report that came late makes the next one no later.
    this.#reportMs = Math.max(this.#reportMs + SESSION_TIMES.reportEveryMs, nowMs);
    return undefined;
  }

  #onRoom(): void {
    if (!this.#running || this.ended) return;
    this.#traffic?.retry();
    this.#context.reschedule(this);
  }

  /** Counts a message. @returns when it came */
  #heard(bytes: number): number {
    const nowMs = this.#context.nowMs();
    this.#heardMs = nowMs;
    this.#aliveMs = nowMs;
    if (!this.#budget.take(bytes, nowMs)) this.end('too-many-messages');
    return nowMs;
  }

  #spendAllowance(bytes: number): boolean {
    if (!this.#budget.take(bytes, this.#context.nowMs())) this.end('too-many-messages');
    return !this.ended;
  }

  /** Through a proxy the connection here tells nothing about the visitor's line. */
  #info(): ReturnType<Tcp['info']> {
    return this.#forwarded ? undefined : this.#context.tcp.info(this.#socket);
  }

  #say(message: SessionMessage): boolean {
    return this.#wire.text(message);
  }
}
