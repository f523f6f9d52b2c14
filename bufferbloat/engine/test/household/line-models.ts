/** A line as the household meets it. Times are milliseconds since the traffic began. */
export interface LineModel {
  readonly baseOneWayMs: number;
  /** Queue in front of each user's messages, by direction. */
  readonly queueMs: (flow: 'download' | 'upload', atMs: number, userId: string) => number;
  /** Standard deviation of what machines add. */
  readonly jitterMs: number;
  /** Share of units that the sender drops, by the queue that it sees. */
  readonly dropShare: (queueMs: number) => number;
  /** What a film's segments come at, in Mbit/s. */
  readonly filmMbps: number;
  /** What is left to bulk in each direction, in Mbit/s. */
  readonly bulkMbps: { readonly download: number; readonly upload: number };
}

/** A gigabit line with a short queue. */
export const PERFECT: LineModel = {
  baseOneWayMs: 1,
  queueMs: () => 0.2,
  jitterMs: 0.3,
  dropShare: () => 0,
  filmMbps: 25,
  bulkMbps: { download: 2000, upload: 100 },
};

/** 50/10 Mbit/s with a queue of 300 ms that is full most of the time. */
export const BLOATED: LineModel = {
  baseOneWayMs: 9,
  queueMs: (flow, atMs) => {
    const full = flow === 'download' ? 300 : 20;
    const rising = Math.min(1, atMs / 2500);
    return full * rising * (0.8 + 0.2 * Math.sin(atMs / 1700));
  },
  jitterMs: 2,
  dropShare: (queueMs) => Math.min(0.3, Math.max(0, queueMs - 100) / 1500),
  filmMbps: 6,
  bulkMbps: { download: 36, upload: 1.4 },
};

/** The same line with smart queues: everybody has a queue of their own. */
export const FAIR: LineModel = {
  ...BLOATED,
  queueMs: (flow, atMs, userId) =>
    userId === 'computer' ? BLOATED.queueMs(flow, atMs, userId) : 3 + 2 * Math.sin(atMs / 900),
  dropShare: () => 0,
  filmMbps: 18,
  bulkMbps: { download: 33, upload: 2 },
};
