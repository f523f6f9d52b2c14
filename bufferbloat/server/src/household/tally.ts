import type { Ending } from './ending.ts';
import type { LoopFigures } from './loop-timing.ts';
import type { Session } from './session.ts';

/** What a process says of its sessions in `/stats`; counts are since it began. */
export interface SessionStats {
  readonly active: number;
  readonly max: number;
  readonly opened: number;
  /** How many ended for each reason. */
  readonly ended: Readonly<Partial<Record<Ending, number>>>;
  /** How often the loop looked for sessions whose time was over. */
  readonly cleanups: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Messages of the server's streams. */
  readonly messages: { readonly due: number; readonly sent: number; readonly dropped: number };
  readonly loop: LoopFigures;
}

interface Totals {
  sentBytes: number;
  receivedBytes: number;
  due: number;
  sent: number;
  dropped: number;
}

interface Current {
  readonly sessions: Iterable<Session>;
  readonly active: number;
  readonly max: number;
  readonly cleanups: number;
  readonly loop: LoopFigures;
}

/** Adds up sessions, those that are over and those that are not. */
export interface Tally {
  opened(): void;
  ended(session: Session, ending: Ending): void;
  stats(current: Current): SessionStats;
}

export function createTally(): Tally {
  const past: Totals = { sentBytes: 0, receivedBytes: 0, due: 0, sent: 0, dropped: 0 };
  const endings: Partial<Record<Ending, number>> = {};
  let opened = 0;

  const add = (totals: Totals, { traffic }: Session) => {
    if (!traffic) return;
    totals.sentBytes += traffic.sentBytes;
    totals.receivedBytes += traffic.receivedBytes;
    for (const { due, sent, dropped } of traffic.counts()) {
      totals.due += due;
      totals.sent += sent;
      totals.dropped += dropped;
    }
  };

  return {
    opened() {
      opened += 1;
    },
    ended(session, ending) {
      endings[ending] = (endings[ending] ?? 0) + 1;
      add(past, session);
    },
    stats({ sessions, active, max, cleanups, loop }) {
      const totals = { ...past };
      for (const session of sessions) add(totals, session);
      const { sentBytes, receivedBytes, ...messages } = totals;
      return { active, max, opened, ended: { ...endings }, cleanups, sentBytes, receivedBytes, messages, loop };
    },
  };
}
