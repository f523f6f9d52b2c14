import type { ProbeCommand, ProbeEvent, ProbeWorkerReport } from '../../shared/messages.ts';
import type { StreamRegistry } from '../../shared/registry.ts';
import { WorkerHandle } from './worker-handle.ts';

export interface ProbeThreadOptions {
  /** For people: what the worker and its streams are called. */
  readonly label: string;
  readonly registry: StreamRegistry;
  readonly onTrouble: (trouble: 'crashed' | 'over-limit') => void;
  /** Every beat of `pulse`. */
  readonly onPulse?: (atMs: number) => void;
}

/** One signal to one process, as the page holds it. */
export interface ProbePath {
  /** Probes by a WebSocket to this address, in place of the one before. */
  open(url: string): void;
  /** Probes by this data channel, which is moved to the worker. Throws where the browser cannot move it. */
  adopt(channel: RTCDataChannel): void;
  /** Probes a second; 0 ends them. */
  setRate(perS: number): void;
}

/** A worker that probes, and does nothing else. */
export class ProbeThread {
  readonly #worker: WorkerHandle<ProbeCommand, ProbeWorkerReport>;
  readonly #listeners = new Map<string, (event: ProbeEvent) => void>();

  constructor({ label, registry, onTrouble, onPulse }: ProbeThreadOptions) {
    this.#worker = new WorkerHandle<ProbeCommand, ProbeWorkerReport>(
      new Worker(new URL('../../workers/probe-worker.ts', import.meta.url), { type: 'module', name: label }),
      {
        label,
        registry,
        onTrouble,
        onReport: (report) => {
          if (report.type === 'pulse') onPulse?.(report.atMs);
          else this.#listeners.get(report.path)?.(report.event);
        },
      },
    );
  }

  /** @param offset where in their interval its probes lie, 0 to 1 */
  path(path: string, offset: number, onEvent: (event: ProbeEvent) => void): ProbePath {
    const worker = this.#worker;
    this.#listeners.set(path, onEvent);
    worker.post({ type: 'path', path, offset });
    return {
      open: (url) => worker.post({ type: 'open', path, url }),
      adopt: (channel) => worker.post({ type: 'channel', path, channel }, [channel]),
      setRate: (perS) => worker.post({ type: 'rate', path, perS }),
    };
  }

  /** Has the worker tell the time, whatever the page's own timers do. */
  pulse(everyMs: number): void {
    this.#worker.post({ type: 'pulse', everyMs });
  }

  census(): void {
    this.#worker.census();
  }

  close(): Promise<readonly string[]> {
    return this.#worker.close();
  }
}
