import type { WorkerCommand, WorkerReport } from '../../shared/messages.ts';
import type { Stream, StreamInfo, StreamRegistry } from '../../shared/registry.ts';

/** How long a worker may take to end what it has open, in milliseconds; then it is terminated with it. */
const CLOSE_MS = 1000;

export interface WorkerHandleOptions<Report> {
  readonly label: string;
  readonly registry: StreamRegistry;
  readonly onReport: (report: Report) => void;
  /** The worker threw, or cancelled a stream that had outlived its limits. */
  readonly onTrouble: (trouble: 'crashed' | 'over-limit') => void;
}

/** A worker as the page holds it: registered from birth, asked what it has open, and never left running. */
export class WorkerHandle<Command extends { readonly type: string }, Report extends { readonly type: string }> {
  readonly #worker: Worker;
  readonly #stream: Stream;
  readonly #label: string;
  #closed: ((left: readonly StreamInfo[]) => void) | undefined;

  constructor(worker: Worker, options: WorkerHandleOptions<Exclude<Report, WorkerReport>>) {
    this.#worker = worker;
    this.#label = options.label;
    const end = (): void => {
      worker.terminate();
      stream.release();
    };
    const stream = options.registry.open({ kind: 'worker', label: options.label, cancel: end });
    this.#stream = stream;
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      options.onTrouble('crashed');
    });
    worker.addEventListener('message', (event: MessageEvent<Report | WorkerReport>) => {
      stream.touch();
      const report = event.data as WorkerReport | Exclude<Report, WorkerReport>;
      if (isCensus(report)) {
        if (report.expired.length > 0) options.onTrouble('over-limit');
      } else if (isClosed(report)) this.#closed?.(report.left);
      else options.onReport(report);
    });
  }

  post(command: Command | WorkerCommand, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }

  /** Has it cancel what outlived its limits. */
  census(): void {
    this.post({ type: 'census' });
  }

  /** Ends everything in the worker, then the worker itself. Returns what only that ended; empty when all is well. */
  async close(): Promise<readonly string[]> {
    const left = await new Promise<readonly StreamInfo[] | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), CLOSE_MS);
      this.#closed = (streams) => {
        clearTimeout(timer);
        resolve(streams);
      };
      this.post({ type: 'close' });
    });
    this.#worker.terminate();
    this.#stream.release();
    return left ? left.map(({ kind, label }) => `${kind} ${label}`) : [`worker ${this.#label}`];
  }
}

function isCensus(report: { readonly type: string }): report is Extract<WorkerReport, { type: 'census' }> {
  return report.type === 'census';
}

function isClosed(report: { readonly type: string }): report is Extract<WorkerReport, { type: 'closed' }> {
  return report.type === 'closed';
}
