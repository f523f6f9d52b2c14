import { backoffMs, SOCKET_BACKOFF } from '../../shared/backoff.ts';
import { nowMs } from '../../shared/clock.ts';
import type { ProbeEvent } from '../../shared/messages.ts';
import { carryByChannel } from '../../shared/probe-channel.ts';
import { ProbeSender } from '../../shared/probe-sender.ts';
import type { Stream, StreamRegistry } from '../../shared/registry.ts';
import type { ProbePath } from './probe-thread.ts';
import { connectUdpPeer } from './udp-peer.ts';

/** How long one attempt may take until the channel is open, in milliseconds. */
const CONNECT_MS = 3000;
export interface UdpPathOptions {
  readonly url: string;
  readonly registry: StreamRegistry;
  /** Carries the probes. */
  readonly path: Omit<ProbePath, 'open'>;
  /** Where in their interval the probes of `path` lie, 0 to 1. */
  readonly offset: number;
  readonly onEvent: (event: ProbeEvent) => void;
  /** The first attempt failed: this test has no UDP probes. */
  readonly onUnavailable: (reason: string) => void;
}

/** UDP probes for one test: a data channel, made again when the ping server comes back, on a worker where possible. */
export class UdpPath {
  readonly #options: UdpPathOptions;
  readonly #stream: Stream;
  #url: string | undefined;
  #disconnect: (() => void) | undefined;
  #cancelTimer: () => void = () => {};
  #onPage: ProbeSender | undefined;
  #perS = 0;
  #wasUp = false;
  #up = false;
  #failures = 0;
  #ended = false;

  constructor(options: UdpPathOptions) {
    this.#options = options;
    this.#url = options.url;
    this.#stream = options.registry.open({ kind: 'timer', label: 'UDP path', cancel: () => this.#end() });
    this.#connect();
  }

  /** Another process is probed from now on; `undefined`: one that has no UDP, so that this path rests. */
  moveTo(url: string | undefined): void {
    if (url === this.#url) return;
    this.#url = url;
    if (!this.#wasUp || this.#ended) return;
    this.#drop('another process is probed now');
    this.#connect();
  }

  setRate(perS: number): void {
    this.#perS = perS;
    this.#options.path.setRate(perS);
    this.#onPage?.setRate(perS);
  }

  /** Takes what the worker, or the sender on this page, says of the channel. */
  take(event: ProbeEvent): void {
    this.#stream.touch();
    if (event.type === 'up') {
      this.#cancelTimer();
      this.#wasUp = true;
      this.#up = true;
      this.#failures = 0;
    }
    if (event.type !== 'down') return this.#options.onEvent(event);
    // The channel of a path that was given up closes after the news of it.
    if (this.#up) this.#lost(event.reason);
  }

  #connect(): void {
    if (this.#url === undefined) return;
    this.#disconnect = connectUdpPeer({
      url: this.#url,
      registry: this.#options.registry,
      adopt: (channel) => this.#adopt(channel),
      onLost: (reason) => this.#lost(reason),
    });
    this.#cancelTimer = after(CONNECT_MS, () => this.#lost(`UDP did not come through within ${CONNECT_MS / 1000} s`));
  }

  #adopt(channel: RTCDataChannel): void {
    try {
      this.#options.path.adopt(channel);
    } catch {
      // This browser cannot move a channel to a worker; then it stays with us.
      this.#onPage ??= new ProbeSender({
        nowMs,
        after,
        offset: this.#options.offset,
        report: (report) => this.take({ type: 'probes', report }),
      });
      this.#onPage.setRate(this.#perS);
      carryByChannel(channel, this.#onPage, this.#options.registry, (event) => this.take(event));
    }
  }

  #end(): void {
    this.#ended = true;
    this.#cancelTimer();
    this.#onPage?.setRate(0);
    this.#stream.release();
  }

  #drop(reason: string): void {
    this.#cancelTimer();
    this.#disconnect?.();
    this.#disconnect = undefined;
    if (this.#up) this.#options.onEvent({ type: 'down', atMs: nowMs(), reason });
    this.#up = false;
  }

  #lost(reason: string): void {
    this.#drop(reason);
    if (!this.#wasUp) return this.#options.onUnavailable(reason);
    this.#failures += 1;
    this.#cancelTimer = after(backoffMs(this.#failures, SOCKET_BACKOFF, Math.random()), () => this.#connect());
  }
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
