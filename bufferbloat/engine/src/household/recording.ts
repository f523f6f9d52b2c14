import type { AdaptiveStep, ServerTcp, UserGap, UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { Window } from '../goodput.ts';
import type { ProbeSample } from '../probe-log.ts';

/** One message of ticks, audio or video that arrived, in either direction. */
export interface UnitRecord {
  /** Number of the stream in the profile. */
  readonly stream: number;
  readonly sequence: number;
  /** When the application wanted it to leave. */
  readonly dueMs: number;
  /** Arrival minus due minus the quiet line's one way; about 0 on a line without a queue, may be a little below. */
  readonly latenessMs: number;
  /** Whole message, header included. */
  readonly bytes: number;
}

/** One message of a segment that arrived. */
export interface ChunkRecord {
  /** Number of the stream in the profile. */
  readonly stream: number;
  /** Number of the segment since the connection's traffic began, from 0. */
  readonly unit: number;
  /** Size of the whole segment, the headers of its messages included. */
  readonly unitBytes: number;
  /** Index into the stream's qualities. */
  readonly quality: number;
  /** Whole message, header included. */
  readonly bytes: number;
  readonly arrivalMs: number;
}

/** Bytes of each stream that had arrived by a moment, since the connection's traffic began; headers included. */
export interface ReceivedCount {
  readonly atMs: number;
  readonly bytes: readonly (readonly [stream: number, bytes: number])[];
}

/** The traffic of one user over one connection. */
export interface Leg {
  /** When the traffic began: the server's `started`. Every stream's grid counts from here. */
  readonly startMs: number;
  /** Where the grids of the client's own streams count from, if that is later: it hears of the start one way later. */
  readonly uploadStartMs?: number | undefined;
  /**
   * When it ended: the moment of `stop`, or, where the connection was lost, the last moment at which something came.
   * What was due later does not count.
   */
  readonly endMs: number;
  /**
   * Whether the connection was lost (or the last report never came). Then nobody knows what became of the messages behind the last
   * one that arrived, and they are not counted.
   */
  readonly lost: boolean;
  /** In the order of arrival; downlink ones as the client saw them, uplink ones as the server reported them. */
  readonly units: readonly UnitRecord[];
  readonly chunks: readonly ChunkRecord[];
  /** Counted where they arrived: downloads by the client, uploads by the server. */
  readonly received: { readonly download: readonly ReceivedCount[]; readonly upload: readonly ReceivedCount[] };
}

/** What was seen of one user. */
export interface UserRecording {
  readonly profile: UserProfile;
  readonly variant: string | null;
  /** By which process, the last one; `null` if it never connected. */
  readonly served: {
    readonly architecture: 'simple_multiprocess' | 'single_process';
    readonly port: number;
    readonly instance: number;
  } | null;
  readonly reconnects: number;
  /** One way of the quiet line: half of the baseline's least round trip; 0 where there was none. */
  readonly baseOneWayMs: number;
  /** Settled samples of the user's own probes, by signal; one that never worked is left out. */
  readonly probes: {
    readonly udp?: readonly ProbeSample[] | undefined;
    readonly websocket?: readonly ProbeSample[] | undefined;
  };
  /** One for each connection that had traffic, in order of time. */
  readonly legs: readonly Leg[];
  /** The rounds of adaptive bulk. */
  readonly adaptive: readonly AdaptiveStep[];
  /** How late the timers of this user's worker fired, one entry a timer, in milliseconds. */
  readonly clientLateMs: readonly number[];
  /** Worst event-loop delay of the serving process, one entry a report, in milliseconds. */
  readonly serverLoopDelayMs: readonly number[];
  /** The kernel's count of segments sent again on the session's connections since the first of them began. */
  readonly retransmissions: readonly { readonly atMs: number; readonly count: number }[];
}

/**
 * All that a runner saw of one household test: what `analyseHousehold` turns into a result. Times are Unix milliseconds of
 * the client's clock; only `gaps` has the result's own type and so is relative to `startedAtMs`.
 */
export interface HouseholdRecording {
  /** The ticket's id. */
  readonly id: string;
  /** When the baseline began. */
  readonly startedAtMs: number;
  /** When replies were no longer awaited. */
  readonly endedAtMs: number;
  /** The quiet line; without the first moments, in which handshakes of the probe connections are on it. */
  readonly baseline: Window;
  /** All users at once; `undefined` if the test was stopped before. */
  readonly traffic: Window | undefined;
  /** Whether bulk was asked to grow until the line is full. */
  readonly adaptive: boolean;
  readonly server: ServerTcp;
  /** How long the page was hidden during the test; 0 in a terminal. */
  readonly hiddenMs: number;
  /** In the order of the profiles. */
  readonly users: readonly UserRecording[];
  readonly gaps: readonly UserGap[];
}
