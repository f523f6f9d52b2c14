import type { TelemetryTick } from '@rowhouse/bufferbloat-protocol';
import type { ByteTotal } from './byte-series.ts';
import type { ProbeReport } from './probe-sender.ts';
import type { StreamInfo } from './registry.ts';

/** What every worker of the page understands besides its own work. */
export type WorkerCommand =
  /** Cancel what has outlived its limits and say what is open. */
  | { readonly type: 'census' }
  /** End everything and say that it has ended. */
  | { readonly type: 'close' };

/** What every worker of the page says besides its own findings. */
export type WorkerReport =
  | { readonly type: 'census'; readonly open: readonly StreamInfo[]; readonly expired: readonly StreamInfo[] }
  /** Everything has ended; `left` is what has not, and is empty when all is well. */
  | { readonly type: 'closed'; readonly left: readonly StreamInfo[] };

/** From the page to a probe worker. */
export type ProbeCommand =
  | WorkerCommand
  /** Names a path: one signal to one process. `offset` is where in their interval its probes lie, 0 to 1. */
  | { readonly type: 'path'; readonly path: string; readonly offset: number }
  | ProbePathCommand
  /** Tells the time this often from now on, in milliseconds. */
  | { readonly type: 'pulse'; readonly everyMs: number };

/** What can be done with a path that has its name. */
export type ProbePathCommand =
  /** Opens a WebSocket, in place of the one before if there is one, and again whenever it is lost. */
  | { readonly type: 'open'; readonly path: string; readonly url: string }
  /** Takes over a data channel that was just made (it is transferred). */
  | { readonly type: 'channel'; readonly path: string; readonly channel: RTCDataChannel }
  | { readonly type: 'rate'; readonly path: string; readonly perS: number };

/** What becomes of the probes of one signal. */
export type ProbeEvent =
  | { readonly type: 'up'; readonly atMs: number }
  | { readonly type: 'down'; readonly atMs: number; readonly reason: string }
  | { readonly type: 'probes'; readonly report: ProbeReport };

/** The same as a worker that probes many paths says it. */
export interface PathReport {
  readonly type: 'path';
  readonly path: string;
  readonly event: ProbeEvent;
}

/** From a probe worker to the page. */
export type ProbeWorkerReport = WorkerReport | PathReport | { readonly type: 'pulse'; readonly atMs: number };

/** From the page to the load worker. */
export type LoadCommand =
  | WorkerCommand
  /** Opens telemetry; load follows only once that is up. */
  | { readonly type: 'open'; readonly base: string; readonly token: string }
  /** How many connections there shall be; 0 ends those of that direction, on the server too. */
  | { readonly type: 'load'; readonly download: number; readonly upload: number };

/** What becomes of the load and its telemetry. */
export type LoadEvent =
  | { readonly type: 'up' }
  | { readonly type: 'tick'; readonly tick: TelemetryTick }
  /** Every 50 ms, load or none: the page's metronome, since the timers of a hidden page may come once a second. */
  | { readonly type: 'pulse'; readonly atMs: number; readonly download: ByteTotal }
  /** The test cannot go on. */
  | { readonly type: 'failed'; readonly failure: LoadFailure };

/** From the load worker to the page. */
export type LoadWorkerReport = WorkerReport | LoadEvent;

/** Why the load worker gave up; `message` and `retryAfterS` are the server's own words where it had any. */
export interface LoadFailure {
  readonly code: 'telemetry-lost' | 'refused' | 'token-expired' | 'load-lost';
  readonly message?: string;
  readonly retryAfterS?: number;
}
