import type { UserRecording } from '@rowhouse/bufferbloat-engine';
import type { ServerTcp, UserGap, UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { StreamRegistry } from '../../../shared/registry.ts';
import type { RunFailure } from '../failures.ts';
import type { Workers } from '../lifetime.ts';
import { ProbeThread } from '../probe-thread.ts';
import type { HouseholdCharts } from './charts.ts';
import { LineRate } from './line-rate.ts';
import type { HouseholdOptions, UserLive } from './state.ts';
import { UserFeed } from './user-feed.ts';
import type { UserEnding } from './user-recorder.ts';
import { UserRun } from './user-run.ts';

export interface HouseholdGathering {
  readonly base: URL;
  readonly token: string;
  readonly profiles: readonly UserProfile[];
  readonly options: HouseholdOptions;
  readonly charts: HouseholdCharts;
  readonly registry: StreamRegistry;
  /** How often `onBeat` comes, in milliseconds, whatever the page's own timers do. */
  readonly beatMs: number;
  readonly onBeat: (atMs: number) => void;
  readonly guarded: (handle: () => void) => void;
  readonly onTrouble: (trouble: 'crashed' | 'over-limit') => void;
  readonly onRefused: (failure: RunFailure) => void;
  /** Every user's process answers; once. */
  readonly onReady: () => void;
}

interface Member {
  readonly feed: UserFeed;
  readonly run: UserRun;
}

/** All users of a test with their workers, and the one thread that probes all their paths. */
export class Household implements Workers {
  readonly #members: readonly Member[];
  readonly #probes: ProbeThread;
  readonly #line = new LineRate();
  readonly #onReady: () => void;
  #isReady = false;

  constructor(gathering: HouseholdGathering) {
    const { base, token, profiles, options, charts, registry, guarded, onTrouble, onRefused } = gathering;
    this.#onReady = gathering.onReady;
    this.#probes = new ProbeThread({ label: 'probes', registry, onTrouble, onPulse: gathering.onBeat });
    this.#probes.pulse(gathering.beatMs);
    this.#members = profiles.map((profile, index) => {
      const variant = options.variants[profile.id];
      const feed = new UserFeed(profile, variant, charts);
      const run = new UserRun({
        base,
        token,
        profile,
        variant,
        adaptive: options.adaptive,
        // Half of the circle: the WebSocket's probes lie opposite.
        place: index / profiles.length / 2,
        probes: this.#probes,
        registry,
        feed,
        onTrouble,
        guarded,
        onChange: () => this.#checkReady(),
        onRefused,
      });
      return { feed, run };
    });
  }

  /** How the servers' TCP behaves, as soon as one of them has said. */
  get server(): ServerTcp | undefined {
    return this.#members.map(({ run }) => run.server).find((server) => server !== undefined);
  }

  /** What to say when it has not become ready in time. */
  get missing(): 'no-session' | 'no-user-probes' {
    return this.#members.find(({ run }) => !run.isReady)?.run.missing ?? 'no-session';
  }

  /** When anybody last answered anything. */
  get answeredMs(): number {
    return Math.max(0, ...this.#members.flatMap(({ feed }) => [feed.answeredMs ?? 0, feed.heardMs ?? 0]));
  }

  /** The test begins with the quiet line. */
  start(atMs: number): void {
    for (const { feed } of this.#members) feed.start(atMs);
  }

  /** Ends the baseline and begins the traffic of all users in one turn; `false` when no probe of anybody came back. */
  startTraffic(): boolean {
    const quiet = this.#members.map(({ feed }) => feed.quietLine());
    // They share a line and a machine: another's is near enough for one whose probes were all lost.
    const anybodys = quiet.find((each) => each !== undefined);
    if (!anybodys) return false;
    for (const [index, { run }] of this.#members.entries()) run.startTraffic(quiet[index] ?? anybodys);
    return true;
  }

  stopTraffic(): void {
    for (const { run } of this.#members) {
      run.stopTraffic();
      run.endProbes();
    }
  }

  /** Whether nothing is on its way any more. */
  isSettled(nowMs: number): boolean {
    return this.#members.every(({ run, feed }) => run.isStopped && feed.outstanding(nowMs) === 0);
  }

  /** Closes the record of the traffic. @param stoppedMs when it was asked to stop */
  endTraffic(stoppedMs: number): void {
    for (const { run, feed } of this.#members) feed.trafficEnded(stoppedMs, run.isStopped);
  }

  beat(atMs: number, underLoad: boolean): void {
    if (underLoad) {
      for (const flow of ['download', 'upload'] as const) {
        this.#line.note(flow, sum(this.#members.map(({ feed }) => feed.rateMbps(flow, atMs) ?? 0)));
      }
    }
    const situation = { underLoad, lineMbps: this.#line.mbps, users: this.#members.length };
    for (const { run } of this.#members) run.beat(atMs, situation);
  }

  live(atMs: number): UserLive[] {
    return this.#members.map(({ feed }) => feed.live(atMs));
  }

  finish(ending: UserEnding): { readonly users: readonly UserRecording[]; readonly gaps: readonly UserGap[] } {
    const finished = this.#members.map(({ feed }) => feed.finish(ending));
    return { users: finished.map(({ recording }) => recording), gaps: finished.flatMap(({ gaps }) => gaps) };
  }

  census(): void {
    for (const worker of this.#workers()) worker.census();
  }

  async close(): Promise<readonly string[]> {
    return (await Promise.all(this.#workers().map((worker) => worker.close()))).flat();
  }

  #workers() {
    return [this.#probes, ...this.#members.map(({ run }) => run)];
  }

  #checkReady(): void {
    if (this.#isReady || !this.#members.every(({ run }) => run.isReady)) return;
    this.#isReady = true;
    this.#onReady();
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
