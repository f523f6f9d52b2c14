import type { ProbeSignal } from './probe-recorder.ts';

/** What must be in place before the first phase; each part is told of once or more. */
export class Readiness {
  #server = false;
  #websocket = false;
  #udp: 'pending' | 'up' | 'none';

  constructor(triesUdp: boolean) {
    this.#udp = triesUdp ? 'pending' : 'none';
  }

  serverUp(): void {
    this.#server = true;
  }

  signalUp(signal: ProbeSignal): void {
    if (signal === 'udp') this.#udp = 'up';
    else this.#websocket = true;
  }

  udpUnavailable(): void {
    this.#udp = 'none';
  }

  /** Whether a test can begin: it is decided whether there is UDP, for a signal that came later would lack a baseline. */
  get complete(): boolean {
    return this.#server && this.#udp !== 'pending' && (this.#udp === 'up' || this.#websocket);
  }

  /** What to say when the wait for it has been too long. */
  get missing(): 'unreachable' | 'no-probes' {
    return this.#server ? 'no-probes' : 'unreachable';
  }
}
