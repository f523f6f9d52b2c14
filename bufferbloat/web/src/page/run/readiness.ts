import type { ProbeSignal } from './recorder.ts';

/** What must be in place before the first phase; each part is told of once or more. */
export class Readiness {
  #telemetry = false;
  #websocket = false;
  #udp: 'pending' | 'up' | 'none';

  constructor(triesUdp: boolean) {
    this.#udp = triesUdp ? 'pending' : 'none';
  }

  telemetryUp(): void {
    this.#telemetry = true;
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
    return this.#telemetry && this.#udp !== 'pending' && (this.#udp === 'up' || this.#websocket);
  }

  /** What to say when the wait for it has been too long. */
  get missing(): 'unreachable' | 'no-probes' {
    return this.#telemetry ? 'no-probes' : 'unreachable';
  }
}
