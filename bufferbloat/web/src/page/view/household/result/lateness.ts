import type { StreamResult, UserResult } from '@rowhouse/bufferbloat-protocol';

/** How late one user's messages were in one direction, all streams that can be late together. */
export interface Lateness {
  readonly p50: number | null;
  readonly p99: number | null;
  /** Interarrival jitter, of the worst stream likewise. */
  readonly jitterMs: number | null;
  readonly due: number;
  readonly dropped: number;
  readonly late: number;
}

/**
 * The worst lateness among a user's streams in a direction, and their counts added up; `undefined` for a user whose data is
 * never late (a film, a download). Percentiles of several streams do not add: the worst stream stands for them.
 */
export function latenessOf(user: UserResult, flow: StreamResult['flow']): Lateness | undefined {
  const streams = user.streams.filter((stream) => stream.flow === flow && stream.messages !== null);
  if (streams.length === 0) return undefined;
  const worst = (pick: (stream: StreamResult) => number | null | undefined) => {
    const values = streams.flatMap((stream) => pick(stream) ?? []);
    return values.length === 0 ? null : Math.max(...values);
  };
  const sum = (pick: 'due' | 'dropped' | 'late') =>
    streams.reduce((total, { messages }) => total + (messages?.[pick] ?? 0), 0);
  return {
    p50: worst(({ latenessMs }) => latenessMs?.p50),
    p99: worst(({ latenessMs }) => latenessMs?.p99),
    jitterMs: worst(({ jitterMs }) => jitterMs),
    due: sum('due'),
    dropped: sum('dropped'),
    late: sum('late'),
  };
}
