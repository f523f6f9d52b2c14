import { backoffMs, SOCKET_BACKOFF } from '../../shared/backoff.ts';
import { nowMs } from '../../shared/clock.ts';
import type { ProbeCommand, ProbeEvent, ProbeWorkerReport } from '../../shared/messages.ts';
import { carryByChannel } from '../../shared/probe-channel.ts';
import { ProbeSender } from '../../shared/probe-sender.ts';
import type { StreamRegistry } from '../../shared/registry.ts';
import { connectUdpPeer } from './udp-peer.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** How long one attempt may take until the channel is open, in milliseconds. */
const CONNECT_MS = 3000;
/** Where UDP probes lie between those of the WebSocket, as a part of their interval. */
const OFFSET = 0;

export interface UdpPathOptions {
  readonly url: string;
  readonly registry: StreamRegistry;
  readonly worker: WorkerHandle<ProbeCommand, ProbeWorkerReport>;
  readonly onEvent: (event: ProbeEvent) => void;
  /** The first attempt failed: this test has no UDP probes. */
  readonly onUnavailable: (reason: string) => void;
}

/** UDP probes for one test: a data channel, made again when the ping server comes back, on a worker where possible. */
export class UdpPath {
  readonly #options: UdpPathOptions;
  #disconnect: (() => void) | undefined;
  #cancelTimer: () => void = () => {};
  #onPage: ProbeSender | undefined;
  #perS = 0;
  #wasUp = false;
  #up = false;
  #failures = 0;

  constructor(options: UdpPathOptions) {
    this.#options = options;
    const path = options.registry.open({
      kind: 'timer',
      label: 'UDP path',
      cancel: () => {
        this.#cancelTimer();
        this.#onPage?.setRate(0);
        path.release();
      },
    });
    this.#connect();
  }

  setRate(perS: number): void {
    this.#perS = perS;
    this.#options.worker.post({ type: 'rate', perS });
    this.#onPage?.setRate(perS);
  }

  /** Takes what the worker, or the sender on this page, says of the channel. */
  take(event: ProbeEvent): void {
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
    this.#disconnect = connectUdpPeer({
      url: this.#options.url,
      registry: this.#options.registry,
      adopt: (channel) => this.#adopt(channel),
      onLost: (reason) => this.#lost(reason),
    });
    this.#cancelTimer = after(CONNECT_MS, () => this.#lost(`UDP did not come through within ${CONNECT_MS / 1000} s`));
  }

  #adopt(channel: RTCDataChannel): void {
    try {
      this.#options.worker.post({ type: 'channel', channel, offset: OFFSET }, [channel]);
    } catch {
      // This browser cannot move a channel to a worker; then it stays with us.
      this.#onPage ??= new ProbeSender({
        nowMs,
        after,
        offset: OFFSET,
        report: (report) => this.take({ type: 'probes', report }),
      });
      this.#onPage.setRate(this.#perS);
      carryByChannel(channel, this.#onPage, this.#options.registry, (event) => this.take(event));
    }
  }

  #lost(reason: string): void {
    this.#cancelTimer();
    this.#disconnect?.();
    this.#disconnect = undefined;
    if (!this.#wasUp) return this.#options.onUnavailable(reason);
    if (this.#up) this.#options.onEvent({ type: 'down', atMs: nowMs(), reason });
    this.#up = false;
    this.#failures += 1;
    this.#cancelTimer = after(backoffMs(this.#failures, SOCKET_BACKOFF, Math.random()), () => this.#connect());
  }
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
