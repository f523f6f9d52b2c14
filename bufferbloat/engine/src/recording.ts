import type { Gap, PhaseId, PhaseSpan, ServerTcp, Signal, TcpSample } from '@rowhouse/bufferbloat-protocol';
import type { ProbeSample } from './probe-log.ts';

/** Bytes that had arrived in one direction by a moment, since the test began. */
export interface ByteCount {
  /** Unix milliseconds of the client's clock; server times are mapped with `ProbeLog.clockOffsetMs`. */
  readonly atMs: number;
  readonly bytes: number;
}

/** How things stood around the test: what the confidence rests on. */
export interface Conditions {
  /** How long the page was hidden during the test; 0 in a terminal. */
  readonly hiddenMs: number;
  /** How late the timers of the thread that sends the probes fired, one entry a timer, in milliseconds. */
  readonly clientLateMs: readonly number[];
  /** The worst event-loop delay of the server's processes in each telemetry tick, in milliseconds. */
  readonly serverLoopDelayMs: readonly {
    readonly atMs: number;
    readonly main: number;
    readonly ping?: number | undefined;
  }[];
  /** Of the conductor: phases that began before the queue was empty. */
  readonly drainTimedOut: readonly PhaseId[];
}

/**
 * All that a runner saw of one test: what `analyse` turns into a result. Observations carry Unix milliseconds of the
 * client's clock; `spans` and `gaps` have the result's own types and so are relative to `startedAtMs`.
 */
export interface Recording {
  /** The ticket's id. */
  readonly id: string;
  /** When the conductor was started. */
  readonly startedAtMs: number;
  /** When the last phase ended and replies were no longer awaited. */
  readonly endedAtMs: number;
  readonly spans: readonly PhaseSpan[];
  /** Settled samples, by signal; a signal that never worked is left out and named in `unavailable`. */
  readonly probes: {
    readonly udp?: readonly ProbeSample[] | undefined;
    readonly websocket?: readonly ProbeSample[] | undefined;
  };
  readonly unavailable: { readonly [signal in Signal]?: string | undefined };
  /** Cumulative, as read by the client. */
  readonly download: readonly ByteCount[];
  /** Cumulative, as received by the server. */
  readonly upload: readonly ByteCount[];
  readonly tcp: readonly { readonly atMs: number; readonly sample: TcpSample }[];
  readonly server: ServerTcp;
  readonly gaps: readonly Gap[];
  readonly conditions: Conditions;
}
