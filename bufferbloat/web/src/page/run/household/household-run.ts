import { analyseHousehold } from '@rowhouse/bufferbloat-engine';
import type { HouseholdResult, Ticket, UserProfile } from '@rowhouse/bufferbloat-protocol';
import { nowMs, rebaseClock } from '../../../shared/clock.ts';
import { RunFailure } from '../failures.ts';
import { Lifetime, type RunEnd } from '../lifetime.ts';
import { requestTicket } from '../ticket.ts';
import type { HouseholdCharts } from './charts.ts';
import { Household } from './household.ts';
import { requestProfiles } from './profiles.ts';
import { type Stage, Stages } from './stages.ts';
import { BASELINE_MS, type HouseholdOptions, type HouseholdState } from './state.ts';

/** How long it may take until every user's process answers, in milliseconds: where a firewall drops what goes to their ports, too. */
const READY_MS = 12_000;
/** The test's metronome, in milliseconds. */
const BEAT_MS = 50;
/** How often the cards get new figures, and the progress moves on, in milliseconds. */
const CARDS_MS = 250;
const PROGRESS_MS = 100;
/** When nobody has answered for so long there is nothing left to measure, in milliseconds. */
const ALL_SILENT_MS = 10_000;

export interface HouseholdRunOptions {
  readonly base: URL;
  readonly scale: number;
  readonly options: HouseholdOptions;
  readonly charts: HouseholdCharts;
  /** What is known of the users already. */
  readonly profiles: readonly UserProfile[];
  readonly onProfiles: (profiles: readonly UserProfile[]) => void;
  readonly update: (patch: Partial<HouseholdState>) => void;
}

/** One household test from the ticket to the last stream's end. Runs once. */
export class HouseholdRun {
  readonly #options: HouseholdRunOptions;
  readonly #life = new Lifetime();
  #household: Household | undefined;
  #stages: Stages | undefined;
  #onDone = (): void => {};
  #cardsMs = 0;
  #progressMs = 0;

  constructor(options: HouseholdRunOptions) {
    this.#options = options;
  }

  /** Runs the test; when it answers, nothing of it is left. Never throws. */
  async run(): Promise<RunEnd<HouseholdResult>> {
    rebaseClock();
    const end = await this.#life.run(
      () => this.#measure(),
      () => this.#options.update({ status: 'stopping' }),
    );
    this.#tellCards(nowMs());
    return end;
  }

  stop(): void {
    this.#life.stop();
  }

  /** Ends everything in this turn of the event loop: the page goes away. */
  abandon(): void {
    this.#life.abandon();
  }

  setHidden(hidden: boolean): void {
    this.#life.setHidden(hidden);
  }

  setOffline(offline: boolean): void {
    this.#life.setOffline(offline);
  }

  async #measure(): Promise<HouseholdResult> {
    const { base, update, onProfiles } = this.#options;
    const life = this.#life;
    const known = this.#options.profiles;
    const profiles = known.length > 0 ? known : await life.during(requestProfiles(base, life.registry));
    onProfiles(profiles);
    const ticket = await life.during(requestTicket(base, 'household', life.registry));
    const household = await life.during(this.#gather(profiles, ticket));

    life.watchHidden();
    const stages = this.#start(household);
    update({ status: 'running', phase: 'baseline' });
    await life.during(
      new Promise<void>((resolve) => {
        this.#onDone = resolve;
      }),
    );
    const endedAtMs = nowMs();
    const { startedAtMs } = stages;
    const { traffic } = stages;
    const { users, gaps } = household.finish({ startedAtMs, trafficToMs: traffic.toMs, endedAtMs });
    return analyseHousehold({
      id: ticket.id,
      startedAtMs,
      endedAtMs,
      baseline: { fromMs: startedAtMs, toMs: traffic.fromMs },
      traffic,
      adaptive: this.#options.options.adaptive,
      server: household.server ?? ticket.server,
      hiddenMs: life.hiddenMs,
      users,
      gaps,
    });
  }

  /** Opens everything; resolves when every user's process answers and can be probed. */
  async #gather(profiles: readonly UserProfile[], ticket: Ticket): Promise<Household> {
    const { base, options, charts } = this.#options;
    const life = this.#life;
    return new Promise((resolve) => {
      const household = new Household({
        base,
        token: ticket.token,
        profiles,
        options,
        charts,
        registry: life.registry,
        beatMs: BEAT_MS,
        onBeat: (atMs) => life.guarded(() => this.#beat(atMs)),
        guarded: (handle) => life.guarded(handle),
        onTrouble: (trouble) => life.fail(new RunFailure(trouble === 'crashed' ? 'internal' : 'time-limit')),
        onRefused: (failure) => life.fail(failure),
        onReady: () => {
          inTime();
          resolve(household);
        },
      });
      const inTime = life.deadline('readiness', READY_MS, () => new RunFailure(household.missing));
      this.#household = household;
      life.watch(household);
    });
  }

  #start(household: Household): Stages {
    const { scale, options } = this.#options;
    const startedAtMs = nowMs();
    const times = { baselineMs: BASELINE_MS * scale, durationMs: options.durationS * 1000 * scale };
    const stages = new Stages(times, startedAtMs);
    household.start(startedAtMs);
    this.#stages = stages;
    return stages;
  }

  #beat(atMs: number): void {
    this.#life.pulse(atMs);
    const [household, stages] = [this.#household, this.#stages];
    if (!household) return;
    this.#tell(atMs);
    household.beat(atMs, stages?.stage === 'household');
    this.#options.charts.beat(atMs);
    if (!stages || stages.stage === 'done') return;
    const stage = stages.beat(atMs, household.isSettled(atMs));
    if (stage) this.#enter(stage, household, stages);
    else if (atMs - Math.max(stages.startedAtMs, household.answeredMs) > ALL_SILENT_MS)
      throw new RunFailure('server-lost');
  }

  #enter(stage: Stage, household: Household, stages: Stages): void {
    switch (stage) {
      case 'baseline':
        return undefined;
      case 'household':
        if (!household.startTraffic()) throw new RunFailure('no-user-probes');
        return this.#options.update({ phase: 'household' });
      case 'draining':
        return household.stopTraffic();
      case 'done':
        household.endTraffic(stages.traffic.toMs);
        return this.#onDone();
    }
  }

  #tell(atMs: number): void {
    const { update } = this.#options;
    if (atMs - this.#cardsMs >= CARDS_MS) {
      this.#cardsMs = atMs;
      this.#tellCards(atMs);
    }
    if (this.#stages && atMs - this.#progressMs >= PROGRESS_MS) {
      this.#progressMs = atMs;
      update({ elapsedMs: atMs - this.#stages.startedAtMs });
    }
  }

  #tellCards(atMs: number): void {
    if (this.#household) this.#options.update({ users: this.#household.live(atMs) });
  }
}
