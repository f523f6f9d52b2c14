import { Agenda, appointment, type Appointment } from './agenda.ts';
import type { LoopTiming } from './loop-timing.ts';
import type { Session } from './session.ts';

/** A turn that has taken so long lets the network in before it goes on. */
const LONGEST_TURN_MS = 4;
/** A timer knows nothing finer. */
const LEAST_WAIT_MS = 1;

/** Turns to every session when its time comes; one timer for all of them. */
export class Loop {
  readonly #nowMs: () => number;
  readonly #timing: LoopTiming;
  readonly #agenda = new Agenda<Session>();
  readonly #entries = new Map<Session, Appointment<Session>>();
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  /** When the next turn can begin at the earliest: what was due while the line was full is not the loop's lateness. */
  #soonestMs = Number.POSITIVE_INFINITY;
  #turning = false;
  /** No session's time is over before then. */
  #checkMs = Number.POSITIVE_INFINITY;
  #cleanups = 0;

  constructor(nowMs: () => number, timing: LoopTiming) {
    this.#nowMs = nowMs;
    this.#timing = timing;
  }

  get sessions(): Iterable<Session> {
    return this.#entries.keys();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How often it has looked for sessions whose time is over. */
  get cleanups(): number {
    return this.#cleanups;
  }

  add(session: Session): void {
    this.#entries.set(session, appointment(session));
    this.#checkMs = Math.min(this.#checkMs, session.expiresMs);
    this.reschedule(session);
  }

  remove(session: Session): void {
    const entry = this.#entries.get(session);
    if (!entry) return;
    this.#entries.delete(session);
    this.#agenda.remove(entry);
    if (this.#entries.size > 0) return;
    clearTimeout(this.#timer);
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.#soonestMs = Number.POSITIVE_INFINITY;
    this.#checkMs = Number.POSITIVE_INFINITY;
  }

  /** Its time has changed. */
  reschedule(session: Session): void {
    const entry = this.#entries.get(session);
    if (!entry) return;
    this.#agenda.set(entry, session.nextDueMs());
    if (!this.#turning) this.#arm();
  }

  /** One turn: those whose time is over are ended before anybody sends. */
  turn(): void {
    const fromMs = this.#nowMs();
    const lateMs = Math.max(0, fromMs - this.#soonestMs);
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.#soonestMs = Number.POSITIVE_INFINITY;
    this.#turning = true;
    this.#cleanUp(fromMs);
    let nowMs = fromMs;
    for (let entry = this.#agenda.first; entry && entry.dueMs <= nowMs; entry = this.#agenda.first) {
      entry.item.step(nowMs);
      if (!entry.item.ended) this.#agenda.set(entry, entry.item.nextDueMs());
      nowMs = this.#nowMs();
      if (nowMs - fromMs > LONGEST_TURN_MS) break;
    }
    this.#turning = false;
    this.#timing.note(nowMs, lateMs, nowMs - fromMs);
    this.#arm();
  }

  #cleanUp(nowMs: number): void {
    if (nowMs < this.#checkMs) return;
    this.#cleanups += 1;
    this.#checkMs = Number.POSITIVE_INFINITY;
    for (const session of this.#entries.keys())
      if (!session.expire(nowMs)) this.#checkMs = Math.min(this.#checkMs, session.expiresMs);
  }

  #arm(): void {
    const { first } = this.#agenda;
    if (!first) return;
    const atMs = Math.min(first.dueMs, this.#checkMs);
    if (atMs >= this.#timerMs) return;
    clearTimeout(this.#timer);
    const nowMs = this.#nowMs();
    this.#timerMs = atMs;
    this.#soonestMs = Math.min(this.#soonestMs, Math.max(atMs, nowMs));
    // Timers fire up to a millisecond late: rather a turn too early, in which nothing is due, than one too late.
    const waitMs = Math.max(LEAST_WAIT_MS, Math.floor(atMs - nowMs));
    this.#timer = setTimeout(() => this.turn(), waitMs);
  }
}
