import type { Socket } from 'node:net';
import type { TelemetryTick } from '@rowhouse/bufferbloat-protocol';
import type { TokenClaims } from '../guard/index.ts';
import type { Tcp } from '../tcp/index.ts';
import { Flows } from './flows.ts';

export interface LoadConnection {
  readonly direction: 'download' | 'upload';
  readonly socket: Socket;
  /** It leads to a proxy: what the kernel knows of it is not about the visitor's line. */
  readonly proxied: boolean;
}

/** Where a test's ticks go: its telemetry socket. */
export interface Listener {
  /** How often it wants a tick, in milliseconds. */
  readonly intervalMs: number;
  tick(tick: TelemetryTick): void;
  /** The test is over: the socket has no purpose any more. */
  close(): void;
}

/** For the log. */
export interface TestSummary {
  readonly testId: string;
  readonly durationMs: number;
  readonly uploadedBytes: number;
  /** Handed to the network, which may have lost the last of them. */
  readonly downloadedBytes: number;
}

/** Worst delay of the event loops since the heartbeat before, in milliseconds. */
export interface LoopDelays {
  readonly main: number;
  readonly ping: number | undefined;
}

/** A heartbeat comes a little early or late; a tick that is due within this is sent with it. */
const TOLERANCE_MS = 50;

/** One running test: its load connections, its counters, its telemetry socket. */
export class Test {
  readonly id: string;
  readonly expiresAtMs: number;
  readonly #tcp: Tcp;
  readonly #flows: Flows;
  readonly #loads = new Set<LoadConnection>();
  #listener: Listener | undefined;
  #listenerGone = false;
  /** When it began or lost its listener, Unix ms. */
  #aloneSinceMs: number;
  readonly #begunMs: number;
  #uploadedBytes = 0;
  #downloadedBytes = 0;
  #upload: [number, number][] = [];
  #mainDelayMs = 0;
  #pingDelayMs: number | undefined;
  #lastTickMs = 0;

  constructor(claims: TokenClaims, tcp: Tcp, nowMs: number) {
    this.id = claims.testId;
    this.expiresAtMs = claims.expiresAtMs;
    this.#tcp = tcp;
    this.#flows = new Flows(tcp);
    this.#begunMs = nowMs;
    this.#aloneSinceMs = nowMs;
  }

  get connections(): number {
    return this.#loads.size;
  }

  /** Whether somebody listens or loads. */
  get active(): boolean {
    return this.#listener !== undefined || this.#loads.size > 0;
  }

  /** Its telemetry socket was closed and has not come back: no load begins any more. */
  get abandoned(): boolean {
    return this.#listenerGone;
  }

  /** How long nobody has listened, in milliseconds. */
  aloneMs(nowMs: number): number {
    return this.#listener ? 0 : nowMs - this.#aloneSinceMs;
  }

  /** @returns detaches it again; a closed connection that stays attached would be a leak */
  attach(load: LoadConnection): () => void {
    this.#loads.add(load);
    if (load.direction === 'download' && !load.proxied) this.#flows.add(load.socket);
    return () => {
      this.#loads.delete(load);
      if (load.direction === 'download') this.#flows.remove(load.socket);
    };
  }

  uploaded(bytes: number): void {
    this.#uploadedBytes += bytes;
  }

  /** Counts bytes handed to the network. */
  downloaded(bytes: number): void {
    this.#downloadedBytes += bytes;
  }

  /** What it came to, until now or until its telemetry socket was closed. */
  summary(nowMs: number): TestSummary {
    return {
      testId: this.id,
      durationMs: Math.round((this.#listenerGone ? this.#aloneSinceMs : nowMs) - this.#begunMs),
      uploadedBytes: this.#uploadedBytes,
      downloadedBytes: this.#downloadedBytes,
    };
  }

  /** Resets load connections, so that nothing of them is left in any buffer here. @param direction default: both */
  stopLoad(direction?: LoadConnection['direction']): void {
    for (const load of this.#loads) {
      if (direction !== undefined && load.direction !== direction) continue;
      if (load.direction === 'download') this.#flows.remove(load.socket);
      this.#tcp.reset(load.socket);
    }
  }

  /** A client that lost its telemetry socket may come back with another; the newer one holds. */
  listen(listener: Listener): void {
    const before = this.#listener;
    this.#listener = listener;
    this.#listenerGone = false;
    before?.close();
  }

  /** Its telemetry socket was closed: the test is over unless it comes back soon, its load at once. */
  unlisten(listener: Listener, nowMs: number): void {
    if (this.#listener !== listener) return;
    this.#listener = undefined;
    this.#listenerGone = true;
    this.#aloneSinceMs = nowMs;
    this.stopLoad();
  }

  /** Called every 100 ms. */
  beat(nowMs: number, delays: LoopDelays): void {
    this.#upload.push([nowMs, this.#uploadedBytes]);
    this.#mainDelayMs = Math.max(this.#mainDelayMs, delays.main);
    if (delays.ping !== undefined) this.#pingDelayMs = Math.max(this.#pingDelayMs ?? 0, delays.ping);
    if (!this.#listener) {
      this.#upload = [];
      return;
    }
    if (nowMs - this.#lastTickMs < this.#listener.intervalMs - TOLERANCE_MS) return;
    const tcp = this.#flows.sample();
    this.#listener.tick({
      type: 'tick',
      timeMs: nowMs,
      upload: this.#upload,
      ...(tcp ? { tcp } : {}),
      loopDelayMs: {
        main: this.#mainDelayMs,
        ...(this.#pingDelayMs === undefined ? {} : { ping: this.#pingDelayMs }),
      },
    });
    this.#upload = [];
    this.#mainDelayMs = 0;
    this.#pingDelayMs = undefined;
    this.#lastTickMs = nowMs;
  }

  /** Ends everything. */
  end(): void {
    this.stopLoad();
    const listener = this.#listener;
    this.#listener = undefined;
    this.#listenerGone = true;
    listener?.close();
  }
}
