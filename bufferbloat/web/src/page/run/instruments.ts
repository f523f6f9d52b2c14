import { PING_PATHS, type Ticket } from '@rowhouse/bufferbloat-protocol';
import { socketEndpoint } from '../../shared/addresses.ts';
import type { LoadCommand, LoadEvent, LoadWorkerReport, ProbeEvent } from '../../shared/messages.ts';
import type { StreamRegistry } from '../../shared/registry.ts';
import { type ProbePath, ProbeThread } from './probe-thread.ts';
import type { ProbeSignal } from './probe-recorder.ts';
import { UdpPath } from './udp-path.ts';
import { WorkerHandle } from './worker-handle.ts';

/** Where the probes of each signal lie, as a part of their interval. */
const OFFSET = { udp: 0, websocket: 0.5 } as const;

export interface InstrumentsOptions {
  readonly base: URL;
  readonly ticket: Ticket;
  readonly registry: StreamRegistry;
  readonly onProbes: (signal: ProbeSignal, event: ProbeEvent) => void;
  readonly onLoad: (event: LoadEvent) => void;
  readonly onUdpUnavailable: (reason: string) => void;
  readonly onTrouble: (trouble: 'crashed' | 'over-limit') => void;
}

/** The three threads that measure: one fills the line, one probes by WebSocket, one by UDP. Fresh for every test. */
export class Instruments {
  readonly #load: WorkerHandle<LoadCommand, LoadWorkerReport>;
  readonly #websocketThread: ProbeThread;
  readonly #websocket: ProbePath;
  readonly #udpThread: ProbeThread | undefined;
  readonly #udpPath: UdpPath | undefined;

  constructor(options: InstrumentsOptions) {
    const { ticket, registry, onTrouble } = options;
    const base = options.base.href;
    const probeUrl = socketEndpoint(base, PING_PATHS.probe, ticket.token, ticket.ping.port);

    this.#load = new WorkerHandle<LoadCommand, LoadWorkerReport>(
      new Worker(new URL('../../workers/load-worker.ts', import.meta.url), { type: 'module', name: 'load' }),
      { label: 'load', registry, onTrouble, onReport: options.onLoad },
    );
    this.#load.post({ type: 'open', base, token: ticket.token });

    this.#websocketThread = new ProbeThread({ label: 'WebSocket probes', registry, onTrouble });
    this.#websocket = this.#websocketThread.path('websocket', OFFSET.websocket, (event) =>
      options.onProbes('websocket', event),
    );
    this.#websocket.open(probeUrl);

    if (!ticket.ping.udp || typeof RTCPeerConnection === 'undefined') return;
    this.#udpThread = new ProbeThread({ label: 'UDP probes', registry, onTrouble });
    this.#udpPath = new UdpPath({
      url: probeUrl,
      registry,
      path: this.#udpThread.path('udp', OFFSET.udp, (event) => this.#udpPath?.take(event)),
      offset: OFFSET.udp,
      onEvent: (event) => options.onProbes('udp', event),
      onUnavailable: options.onUdpUnavailable,
    });
  }

  /** Whether UDP probes are tried at all. */
  get triesUdp(): boolean {
    return this.#udpPath !== undefined;
  }

  setLoad(download: number, upload: number): void {
    this.#load.post({ type: 'load', download, upload });
  }

  setProbeRate(udpPerS: number, websocketPerS: number): void {
    this.#udpPath?.setRate(udpPerS);
    this.#websocket.setRate(websocketPerS);
  }

  /** Has every worker cancel what outlived its limits. */
  census(): void {
    for (const worker of this.#workers()) worker.census();
  }

  /** Ends every worker; returns what had to be ended by force, which is nothing when all is well. */
  async close(): Promise<readonly string[]> {
    return (await Promise.all(this.#workers().map((worker) => worker.close()))).flat();
  }

  #workers() {
    return [this.#load, this.#websocketThread, ...(this.#udpThread ? [this.#udpThread] : [])];
  }
}
