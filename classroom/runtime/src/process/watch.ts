import type { EndReason, Limits } from '@rowhouse/classroom-protocol';
import type { Clock } from '@rowhouse/supervisor';
import { judge, quietMs, type VigilFacts } from './vigil.ts';

/** Has a process judged whenever one of its limits may have been reached. */
export interface Vigil {
  /** Something happened: a limit may come sooner, or have been reached. */
  changed(): void;
  /** How long nobody looked at it and nothing was seen of it; 0 while somebody looks, or it is pinned. */
  quietMs(): number;
  stop(): void;
}

export interface VigilOptions {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly limits: Limits;
  readonly facts: () => VigilFacts;
  readonly onEnd: (reason: EndReason) => void;
  /** Once for each time that it looks abandoned. */
  readonly onAbandonWarning: (inMs: number) => void;
}

/** Timers are late by less than this at most, never early by more: a limit reached in less is as good as reached. */
const LEAST_MS = 1;
/** Longer than this no timer is set, so that none overflows. */
const MOST_MS = 3_600_000;

export function createVigil({ clock, limits, facts, onEnd, onAbandonWarning }: VigilOptions): Vigil {
  let isWarned = false;
  let isOver = false;
  let dueMs = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  const look = (): void => {
    if (isOver) return;
    const nowMs = clock.nowMs();
    const verdict = judge(facts(), limits, nowMs);
    if (verdict.end !== undefined) {
      stop();
      return onEnd(verdict.end);
    }
    const warnsNow = verdict.abandonedInMs !== undefined && !isWarned;
    isWarned = verdict.abandonedInMs !== undefined;
    if (warnsNow) onAbandonWarning(verdict.abandonedInMs ?? 0);
    schedule(nowMs, Math.min(MOST_MS, Math.max(LEAST_MS, verdict.againInMs)));
  };

  /** A timer that is due earlier stays: it looks again, which costs less than setting it anew at every line typed. */
  const schedule = (nowMs: number, inMs: number): void => {
    if (dueMs > nowMs && dueMs <= nowMs + inMs) return;
    cancel();
    dueMs = nowMs + inMs;
    cancel = clock.after(inMs, () => {
      dueMs = Number.POSITIVE_INFINITY;
      look();
    });
  };

  const stop = (): void => {
    isOver = true;
    cancel();
  };

  look();
  return {
    changed: look,
    quietMs() {
      const known = facts();
      return known.viewers > 0 || known.pinned ? 0 : quietMs(known, clock.nowMs());
    },
    stop,
  };
}
