import type { HouseholdProcess, ProcessState, UserStats } from '../../settings.ts';

/** What one process of the household is good for now. */
export type InstanceStatus = 'ok' | 'full' | 'draining' | 'down';

/** A visitor who was sent there and has not come by then has gone elsewhere. */
const PROMISE_MS = 3_000;
/** A process that is busy may be late with an answer; one that is late so often carries nobody well. */
const MOST_MISSES = 3;

/** All that the main server knows about one process of the household. Time is given, nothing runs in here. */
export class Instance {
  readonly process: HouseholdProcess;
  readonly #mostSessions: number;
  #told: ProcessState | undefined;
  #stats: UserStats | undefined;
  #misses = 0;
  #gone = true;
  /** By test, until when the visitor who was sent there is awaited; oldest first. */
  readonly #promises = new Map<string, number>();

  constructor(process: HouseholdProcess, mostSessions: number) {
    this.process = process;
    this.#mostSessions = mostSessions;
  }

  /** Its latest figures; `undefined` before the first and while it does not answer. */
  get stats(): UserStats | undefined {
    return this.#stats;
  }

  /** What the launcher said of it; `undefined` when it has said nothing yet. */
  get told(): ProcessState | undefined {
    return this.#told;
  }

  /** Answers, or has said just now that it is ready. */
  get healthy(): boolean {
    return !this.#gone && (this.#told === undefined || this.#told.state === 'ready');
  }

  /** Sessions that it has or is about to get. */
  load(nowMs: number): number {
    for (const [testId, untilMs] of this.#promises) if (untilMs <= nowMs) this.#promises.delete(testId);
    return (this.#stats?.sessions.active ?? 0) + this.#promises.size;
  }

  status(nowMs: number): InstanceStatus {
    if (!this.healthy) return 'down';
    if (this.#stats?.draining) return 'draining';
    return this.load(nowMs) >= this.#mostSessions ? 'full' : 'ok';
  }

  /** A visitor is being sent there: until its figures show him he counts as if he were there. */
  promise(testId: string, nowMs: number): void {
    this.#promises.delete(testId);
    this.#promises.set(testId, nowMs + PROMISE_MS);
  }

  /** It answered. */
  heard(stats: UserStats): void {
    const come = stats.sessions.opened - (this.#stats?.sessions.opened ?? 0);
    for (const testId of [...this.#promises.keys()].slice(0, Math.max(0, come))) this.#promises.delete(testId);
    this.#stats = stats;
    this.#misses = 0;
    this.#gone = false;
  }

  /** It did not answer. @param gone nobody is there at all */
  missed(gone: boolean): void {
    this.#misses += 1;
    if (gone || this.#misses >= MOST_MISSES) this.#forget();
  }

  /** The launcher said something. @returns whether it should be asked at once: it is another process, or up again */
  tell(state: ProcessState): boolean {
    const before = this.#told;
    this.#told = state;
    const begun = state.state === 'ready' && (before?.state !== 'ready' || before.pid !== state.pid);
    if (state.state !== 'ready' || begun) this.#forget();
    if (begun) this.#gone = false;
    return begun;
  }

  #forget(): void {
    this.#gone = true;
    this.#stats = undefined;
    this.#promises.clear();
  }
}
