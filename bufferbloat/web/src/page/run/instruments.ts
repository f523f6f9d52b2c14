import { PING_PATHS, type Ticket } from '@rowhouse/bufferbloat-protocol';
import { socketEndpoint } from '../../shared/addresses.ts';
import type {
  LoadCommand,
  LoadEvent,
  LoadWorkerReport,
  ProbeCommand,
  ProbeEvent,
  ProbeWorkerReport,
} from '../../shared/messages.ts';
import type { StreamRegistry } from '../../shared/registry.ts';
import type { ProbeSignal } from './recorder.ts';
import { UdpPath } from './udp-path.ts';
import { WorkerHandle } from './worker-handle.ts';

/** Where WebSocket probes lie between those of UDP, as a part of their interval. */
const WEBSOCKET_OFFSET = 0.5;

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
  readonly #websocket: WorkerHandle<ProbeCommand, ProbeWorkerReport>;
  readonly #udpWorker: WorkerHandle<ProbeCommand, ProbeWorkerReport> | undefined;
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

    this.#websocket = new WorkerHandle<ProbeCommand, ProbeWorkerReport>(probeWorker('websocket-probes'), {
      label: 'WebSocket probes',
      registry,
      onTrouble,
      onReport: (event) => options.onProbes('websocket', event),
    });
    this.#websocket.post({ type: 'open', url: probeUrl, offset: WEBSOCKET_OFFSET });

    if (!ticket.ping.udp || typeof RTCPeerConnection === 'undefined') return;
    const udpWorker = new WorkerHandle<ProbeCommand, ProbeWorkerReport>(probeWorker('udp-probes'), {
      label: 'UDP probes',
      registry,
      onTrouble,
      onReport: (event) => this.#udpPath?.take(event),
    });
    this.#udpWorker = udpWorker;
    this.#udpPath = new UdpPath({
      url: probeUrl,
      registry,
      worker: udpWorker,
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
    this.#websocket.post({ type: 'rate', perS: websocketPerS });
  }

  /** Has every worker cancel what outlived its limits. */
  census(): void {
    for (const worker of this.#workers()) worker.post({ type: 'census' });
  }

  /** Ends every worker; returns what had to be ended by force, which is nothing when all is well. */
  async close(): Promise<readonly string[]> {
    return (await Promise.all(this.#workers().map((worker) => worker.close()))).flat();
  }

  #workers() {
    return [this.#load, this.#websocket, ...(this.#udpWorker ? [this.#udpWorker] : [])];
  }
}

function probeWorker(name: string): Worker {
  return new Worker(new URL('../../workers/probe-worker.ts', import.meta.url), { type: 'module', name });
}
