import type { Leg, UserRecording } from '@rowhouse/bufferbloat-engine';
import type { AdaptiveStep, UserGap, UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { ServerReport, TrafficTick } from '../../../shared/household-messages.ts';
import { ProbeRecorder, type QuietLine } from '../probe-recorder.ts';
import { ClockFollower } from './clock-follower.ts';
import { LegRecorder } from './leg-recorder.ts';
import type { UserLive } from './state.ts';

/** What the test's end adds to what was recorded. Unix milliseconds. */
export interface UserEnding {
  readonly startedAtMs: number;
  readonly trafficToMs: number;
  readonly endedAtMs: number;
}

/** Writes down all that is seen of one user; nothing is interpreted here. */
export class UserRecorder {
  readonly probes = new ProbeRecorder();
  readonly #profile: UserProfile;
  readonly #variant: string | undefined;
  readonly #legs: Leg[] = [];
  readonly #lost: { readonly fromMs: number; readonly reason: string; toMs: number | undefined }[] = [];
  readonly #adaptive: AdaptiveStep[] = [];
  readonly #lateMs: number[] = [];
  readonly #loopDelayMs: number[] = [];
  readonly #retransmissions: { readonly atMs: number; readonly count: number }[] = [];
  #retransmittedBefore = 0;
  #leg: LegRecorder | undefined;
  #clock: ClockFollower | undefined;
  #quiet: QuietLine | undefined;
  #reconnects = 0;

  constructor(profile: UserProfile, variant: string | undefined) {
    this.#profile = profile;
    this.#variant = variant;
  }

  get quiet(): QuietLine | undefined {
    return this.#quiet;
  }

  /** The server's clock minus ours in milliseconds; 0 before the quiet line is known. */
  get offsetMs(): number {
    return this.#clock?.offsetMs ?? 0;
  }

  get clock(): ClockFollower | undefined {
    return this.#clock;
  }

  /** When traffic last came, while there is a connection that has any. */
  get heardMs(): number | undefined {
    return this.#leg?.heardMs;
  }

  /** The baseline is over. @param quiet this user's own, or another's where this user's probes have not come back */
  settle(quiet: QuietLine): void {
    this.#quiet = quiet;
    this.#clock = new ClockFollower(quiet.offsetMs, quiet.oneWayMs);
  }

  started(grids: { readonly startMs: number; readonly ownStartMs: number }): void {
    const leg = new LegRecorder({ profile: this.#profile, offsetMs: this.offsetMs, ...grids });
    this.#leg = leg;
    const gap = this.#lost.at(-1);
    if (gap) gap.toMs ??= leg.startMs;
  }

  tick(tick: TrafficTick): void {
    this.#leg?.tick(tick, this.offsetMs);
    for (const each of tick.lateMs) this.#lateMs.push(each);
  }

  report(report: ServerReport): void {
    this.#leg?.report(report, this.offsetMs);
    const atMs = report.timeMs - this.offsetMs;
    for (const step of report.adaptive) this.#adaptive.push({ ...step, atMs: step.atMs - this.offsetMs });
    this.#loopDelayMs.push(report.loopDelayMs);
    if (report.tcp) this.#retransmissions.push({ atMs, count: this.#retransmittedBefore + report.tcp.retransmissions });
  }

  /** The connection is gone. `during`: the time under load. */
  lost(reason: string, nowMs: number, during: boolean): void {
    this.#reconnects += 1;
    const leg = this.#leg;
    this.#leg = undefined;
    this.#retransmittedBefore = this.#retransmissions.at(-1)?.count ?? 0;
    if (leg) this.#legs.push(leg.finish({ endMs: leg.heardMs, lost: true }));
    if (during) this.#lost.push({ fromMs: leg?.heardMs ?? nowMs, reason, toMs: undefined });
  }

  /** The traffic was asked to stop at `stoppedMs`; `complete`: the server has said its last word of it. */
  ended(stoppedMs: number, complete: boolean): void {
    const leg = this.#leg;
    this.#leg = undefined;
    if (leg) this.#legs.push(leg.finish({ endMs: stoppedMs, lost: !complete }));
  }

  finish(served: UserLive['served'], { endedAtMs }: UserEnding): UserRecording {
    return {
      profile: this.#profile,
      variant: this.#variant ?? null,
      served: served ?? null,
      reconnects: this.#reconnects,
      baseOneWayMs: this.#quiet?.oneWayMs ?? 0,
      probes: this.probes.finish(endedAtMs),
      legs: this.#legs,
      adaptive: this.#adaptive,
      clientLateMs: [...this.probes.lateMs, ...this.#lateMs],
      serverLoopDelayMs: this.#loopDelayMs,
      retransmissions: this.#retransmissions,
    };
  }

  /** Call after `finish`: the stretches without figures, relative to the test's start. */
  gaps({ startedAtMs, trafficToMs }: UserEnding): UserGap[] {
    const signal = this.probes.signalOfResult;
    const probes = this.probes.gaps(signal).map((gap) => ({ ...gap, what: 'probes' as const }));
    const traffic = this.#lost.map((gap) => ({ ...gap, toMs: gap.toMs ?? trafficToMs, what: 'traffic' as const }));
    return [...probes, ...traffic].flatMap(({ what, fromMs, toMs, reason }) => {
      const from = Math.max(0, fromMs - startedAtMs);
      const to = toMs - startedAtMs;
      return to > from ? [{ userId: this.#profile.id, what, fromMs: from, toMs: to, reason }] : [];
    });
  }
}
