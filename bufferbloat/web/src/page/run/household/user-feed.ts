import type { UserRecording } from '@rowhouse/bufferbloat-engine';
import type { UserGap, UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { Hello, ServerReport, TrafficTick } from '../../../shared/household-messages.ts';
import type { ProbeEvent } from '../../../shared/messages.ts';
import type { ProbeSignal, QuietLine } from '../probe-recorder.ts';
import { RateSteps } from '../rate-steps.ts';
import type { HouseholdCharts } from './charts.ts';
import { LiveFigures } from './live-figures.ts';
import { noteOf } from './note.ts';
import { RecentUnits } from './recent-units.ts';
import type { UserActivity, UserLive } from './state.ts';
import { type UserEnding, UserRecorder } from './user-recorder.ts';

/** How often the charts get a rate, in milliseconds. */
const RATE_STEP_MS = 250;

type Flow = 'download' | 'upload';

/** Bytes of one direction over however many connections, and the rates that charts draw. */
class FlowFeed {
  readonly steps = new RateSteps(RATE_STEP_MS);
  #before = 0;
  #bytes = 0;

  total(bytes: number): number {
    this.#bytes = bytes;
    return this.#before + bytes;
  }

  /** Counts begin anew. */
  restart(): void {
    this.#before += this.#bytes;
    this.#bytes = 0;
  }
}

/** All that is seen of one user, to where it goes: the record, the card, the charts. */
export class UserFeed {
  readonly #profile: UserProfile;
  readonly #charts: HouseholdCharts;
  readonly #recorder: UserRecorder;
  readonly #live = new LiveFigures();
  readonly #recent: RecentUnits;
  readonly #flows = { download: new FlowFeed(), upload: new FlowFeed() };
  #served: UserLive['served'];
  #startedAtMs = Number.POSITIVE_INFINITY;
  #stalled = false;
  #acknowledges = false;
  #isOpen = false;
  #wasOpen = false;

  constructor(profile: UserProfile, variant: string | undefined, charts: HouseholdCharts) {
    this.#profile = profile;
    this.#charts = charts;
    this.#recorder = new UserRecorder(profile, variant);
    this.#recent = new RecentUnits(profile);
  }

  get quiet(): QuietLine | undefined {
    return this.#recorder.quiet;
  }

  get offsetMs(): number {
    return this.#recorder.offsetMs;
  }

  /** When traffic last came on the present connection; `undefined` while there is none. */
  get heardMs(): number | undefined {
    return this.#recorder.heardMs;
  }

  /** When a probe last came back. */
  get answeredMs(): number | undefined {
    return this.#recorder.probes.answeredMs;
  }

  /** The test begins. */
  start(atMs: number): void {
    this.#startedAtMs = atMs;
  }

  /** What the probes so far say of the quiet line. */
  quietLine(): QuietLine | undefined {
    return this.#recorder.probes.quietLine();
  }

  settle(quiet: QuietLine): void {
    this.#recorder.settle(quiet);
  }

  outstanding(nowMs: number): number {
    return this.#recorder.probes.outstanding(nowMs);
  }

  connecting(): void {
    this.#isOpen = false;
  }

  open({ architecture, instance }: Hello, port = 0): void {
    this.#served = { architecture, instance, port };
    this.#isOpen = true;
    this.#wasOpen = true;
  }

  probes(signal: ProbeSignal, event: ProbeEvent, nowMs: number): void {
    const replies = this.#recorder.probes.take(signal, event);
    this.#live.replies(signal, replies);
    const inUse = this.#recorder.probes.inUse(nowMs);
    for (const { sentMs, receivedMs, serverMs, rttMs } of replies) {
      if (inUse === signal) this.#chart('latency', sentMs, rttMs);
      if (signal === this.quiet?.signal) this.#recorder.clock?.note(sentMs, receivedMs, serverMs);
    }
  }

  started(grids: { readonly startMs: number; readonly ownStartMs: number }): void {
    this.#recorder.started(grids);
    this.#recent.restart();
    for (const flow of Object.values(this.#flows)) flow.restart();
  }

  tick(tick: TrafficTick): void {
    this.#recorder.tick(tick);
    this.#recent.add(tick.arrivals, tick.atMs);
    this.#stalled = tick.stalled;
    this.#bytes('download', tick.atMs, sumOf(tick.received));
    if (!tick.acknowledged) return;
    this.#acknowledges = true;
    this.#bytes('upload', tick.acknowledged.atMs, tick.acknowledged.bytes);
  }

  report(report: ServerReport): void {
    this.#recorder.report(report);
    const atMs = report.timeMs - this.offsetMs;
    this.#recent.add(report.arrivals, atMs);
    // Once a second is what there is of a user to whom nothing is sent that could acknowledge more often.
    if (!this.#acknowledges) this.#bytes('upload', atMs, sumOf(report.receivedBytes));
  }

  lost(reason: string, atMs: number, during: boolean): void {
    this.#isOpen = false;
    this.#stalled = false;
    this.#recorder.lost(reason, atMs, during);
  }

  /** The card at this moment. */
  live(nowMs: number): UserLive {
    const { probes, quiet, heardMs } = this.#recorder;
    const activity = this.#activity();
    return {
      profile: this.#profile,
      activity,
      ...this.#live.at(nowMs, probes.inUse(nowMs), quiet?.medianMs),
      served: this.#served,
      note: noteOf({
        activity,
        verdict: this.#profile.verdict,
        stalled: this.#stalled,
        badShare: this.#recent.badShare,
        silentMs: heardMs === undefined ? 0 : nowMs - heardMs,
      }),
    };
  }

  /** Mbit/s of one direction over the last second; `undefined` where nothing came. */
  rateMbps(flow: Flow, nowMs: number): number | undefined {
    return this.#live.rateMbps(flow, nowMs);
  }

  trafficEnded(stoppedMs: number, complete: boolean): void {
    this.#recorder.ended(stoppedMs, complete);
  }

  finish(ending: UserEnding): { readonly recording: UserRecording; readonly gaps: readonly UserGap[] } {
    const recording = this.#recorder.finish(this.#served, ending);
    return { recording, gaps: this.#recorder.gaps(ending) };
  }

  #activity(): UserActivity {
    if (!this.#isOpen) return this.#wasOpen ? 'reconnecting' : 'connecting';
    return this.heardMs === undefined ? 'baseline' : 'active';
  }

  #bytes(flow: Flow, atMs: number, legBytes: number): void {
    const feed = this.#flows[flow];
    const total = { atMs, bytes: feed.total(legBytes) };
    this.#live.bytes(flow, total);
    const rate = feed.steps.add(total);
    if (rate) this.#chart(flow, rate.atMs, rate.mbps);
  }

  #chart(series: 'latency' | Flow, atMs: number, value: number): void {
    this.#charts.add(series, this.#profile.id, { atMs: atMs - this.#startedAtMs, value });
  }
}

const sumOf = (byStream: readonly (readonly [stream: number, bytes: number])[]): number =>
  byStream.reduce((sum, [, bytes]) => sum + bytes, 0);
