/** A leg of the link: `download` is what the router sends to the client, `upload` what it sends to the server. */
export type Direction = 'download' | 'upload';

/** Totals of one router interface at one moment, Ethernet headers included. */
export interface CounterSample {
  readonly atMs: number;
  readonly wireBytes: number;
  readonly packets: number;
}

/** The queue of one direction at one moment, as `tc` reports it. */
export interface BacklogSample {
  readonly atMs: number;
  readonly backlogBytes: number;
  /** Packets that the full queue has refused since the lab was opened. */
  readonly droppedPackets: number;
}

/** One probe of the lab's own: sent on schedule, whatever has come back. */
export interface EchoSample {
  readonly sentAtMs: number;
  /** `null`: no answer came before the recording ended. */
  readonly rttMs: number | null;
}

export interface SamplerOutput {
  readonly counters: Readonly<Record<Direction, CounterSample[]>>;
  readonly backlogs: Readonly<Record<Direction, BacklogSample[]>>;
}
