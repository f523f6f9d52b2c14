import type { Arrival, SenderCounts, SessionMessage } from '@rowhouse/bufferbloat-protocol';
import type { ChunkArrival } from '@rowhouse/bufferbloat-engine';
import type { ByteTotal } from './byte-series.ts';
import type { WorkerCommand, WorkerReport } from './messages.ts';

/** What a session's server says first. */
export type Hello = Extract<SessionMessage, { type: 'hello' }>;
/** What it says every second. */
export type ServerReport = Extract<SessionMessage, { type: 'report' }>;

/** From the page to the worker that carries one user's traffic. */
export type TrafficCommand =
  | WorkerCommand
  /** Opens a session, in place of the one before; `connection` is in everything that is said of it. */
  | { readonly type: 'connect'; readonly connection: number; readonly url: string }
  /** Gives the session up. */
  | { readonly type: 'disconnect' }
  /** Begins the traffic. */
  | { readonly type: 'start'; readonly start: TrafficStart }
  /** What the clocks are found to differ by from now on: the server's minus ours, in milliseconds. */
  | { readonly type: 'clock'; readonly offsetMs: number }
  /** Ends the traffic; a last tick, the server's last report and `stopped` follow. */
  | { readonly type: 'stop' };

export interface TrafficStart {
  readonly variant: string | undefined;
  readonly adaptive: boolean;
  /** Half of the baseline's least round trip, in milliseconds. */
  readonly baseOneWayMs: number;
  readonly offsetMs: number;
}

/** What became of a session. */
export type TrafficEvent =
  | { readonly type: 'hello'; readonly hello: Hello }
  /** The traffic began; where the server's grids and ours begin, in Unix milliseconds of the server's clock. */
  | { readonly type: 'started'; readonly startMs: number; readonly ownStartMs: number }
  | { readonly type: 'tick'; readonly tick: TrafficTick }
  | { readonly type: 'report'; readonly report: ServerReport }
  | { readonly type: 'stopped' }
  /** It could not be opened (`wasOpen` false), or ended unasked. */
  | { readonly type: 'lost'; readonly atMs: number; readonly wasOpen: boolean; readonly reason: string };

/** What was seen since the tick before, ten times a second. Times are Unix milliseconds, of our clock unless said otherwise. */
export interface TrafficTick {
  readonly atMs: number;
  /** When the server was last heard. */
  readonly heardMs: number;
  /** Bytes received by stream since the traffic began. */
  readonly received: readonly (readonly [stream: number, bytes: number])[];
  readonly arrivals: readonly Arrival[];
  /** Arrival times are of the server's clock. */
  readonly chunks: readonly ChunkArrival[];
  /** Bytes that we sent and that had arrived, by the newest word of the server. */
  readonly acknowledged: ByteTotal | undefined;
  readonly sent: readonly SenderCounts[];
  /** How late this thread's timers fired. */
  readonly lateMs: readonly number[];
  /** Whether the film stands still. */
  readonly stalled: boolean;
}

/** From the worker of one user's traffic to the page. */
export type TrafficWorkerReport =
  | WorkerReport
  | { readonly type: 'session'; readonly connection: number; readonly event: TrafficEvent };
