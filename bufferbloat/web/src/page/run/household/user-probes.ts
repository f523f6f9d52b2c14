import type { ProbeRate } from '@rowhouse/bufferbloat-engine';
import type { ProbeEvent } from '../../../shared/messages.ts';
import type { StreamRegistry } from '../../../shared/registry.ts';
import type { ProbeSignal } from '../probe-recorder.ts';
import type { ProbePath, ProbeThread } from '../probe-thread.ts';
import { UdpPath } from '../udp-path.ts';

/** Where a user's path is probed. */
export interface ProbeTarget {
  readonly url: string;
  readonly udp: boolean;
}

export interface UserProbesOptions {
  readonly userId: string;
  /** Place of this user among those on the thread, 0 to 1: probes of several users do not leave together. */
  readonly place: number;
  readonly thread: ProbeThread;
  readonly registry: StreamRegistry;
  readonly onEvent: (signal: ProbeSignal, event: ProbeEvent) => void;
  /** There are no UDP probes for this user in this test. */
  readonly onUdpUnavailable: () => void;
}

/** The probes of one user's path by both signals, to whichever process serves the user. */
export class UserProbes {
  readonly #options: UserProbesOptions;
  readonly #websocket: ProbePath;
  readonly #udp: ProbePath;
  readonly #udpOffset: number;
  #udpPath: UdpPath | undefined;
  #target: ProbeTarget | undefined;
  #rate: ProbeRate | undefined;

  constructor(options: UserProbesOptions) {
    this.#options = options;
    const { userId, place, thread, onEvent } = options;
    this.#udpOffset = place;
    this.#udp = thread.path(`${userId} udp`, place, (event) => this.#udpPath?.take(event));
    // Between those by UDP of the same user, whatever the rates.
    this.#websocket = thread.path(`${userId} websocket`, (place + 0.5) % 1, (event) => onEvent('websocket', event));
  }

  /** Probes this process from now on, in place of the one before. */
  aim(target: ProbeTarget): void {
    if (target.url === this.#target?.url) return;
    const isFirst = this.#target === undefined;
    this.#target = target;
    this.#websocket.open(target.url);
    if (!isFirst) this.#udpPath?.moveTo(target.udp ? target.url : undefined);
    else if (!target.udp || typeof RTCPeerConnection === 'undefined') this.#options.onUdpUnavailable();
    else this.#udpPath = this.#openUdp(target.url);
  }

  setRate(rate: ProbeRate): void {
    if (rate.udpPerS === this.#rate?.udpPerS && rate.websocketPerS === this.#rate.websocketPerS) return;
    this.#rate = rate;
    this.#udpPath?.setRate(rate.udpPerS);
    this.#websocket.setRate(rate.websocketPerS);
  }

  #openUdp(url: string): UdpPath {
    const { registry, onEvent, onUdpUnavailable } = this.#options;
    const path = new UdpPath({
      url,
      registry,
      path: this.#udp,
      offset: this.#udpOffset,
      onEvent: (event) => onEvent('udp', event),
      onUnavailable: onUdpUnavailable,
    });
    // On a long line the first beats come before the answer that says where to probe.
    if (this.#rate !== undefined) path.setRate(this.#rate.udpPerS);
    return path;
  }
}
