import {
  type ConductorEffect,
  type ConductorEvent,
  type ConductorState,
  createConductor,
  singleUserPlan,
  step,
} from '@rowhouse/bufferbloat-engine';
import type { TelemetryTick } from '@rowhouse/bufferbloat-protocol';
import type { LoadEvent, ProbeEvent } from '../../shared/messages.ts';
import type { Charts, ThroughputChart } from './charts.ts';
import { RateSteps } from './rate-steps.ts';
import type { ProbeSignal, Reply } from './probe-recorder.ts';
import type { Recorder } from './recorder.ts';
import { signalInUse } from './signal-in-use.ts';
import type { RunState } from './state.ts';

/** How often the rates go to the conductor and the charts, in milliseconds. */
const RATE_STEP_MS = 250;
/** A direction's rate says something about the line once its connections have opened their windows, in milliseconds at scale 1. */
const RATE_SETTLES_MS = 1000;
/** How often the page's clock moves on, in milliseconds. */
const PROGRESS_MS = 100;
/** When no signal has answered for this long there is nothing left to measure, in milliseconds. */
const ALL_SILENT_MS = 10_000;

export interface CourseOptions {
  readonly scale: number;
  readonly recorder: Recorder;
  readonly charts: Charts;
  readonly setLoad: (download: number, upload: number) => void;
  readonly setProbeRate: (udpPerS: number, websocketPerS: number) => void;
  readonly update: (patch: Partial<RunState>) => void;
  /** The last phase has ended and no reply is awaited any longer. Not called for a test that is stopped. */
  readonly onDone: () => void;
  readonly onSilent: () => void;
}

/** Takes a test through its phases: what the instruments see goes to the conductor, what it wants goes to them. */
export class Course {
  readonly #options: CourseOptions;
  readonly #rates = { download: new RateSteps(RATE_STEP_MS), upload: new RateSteps(RATE_STEP_MS) };
  readonly #lastAnswerMs: Record<ProbeSignal, number | undefined> = { udp: undefined, websocket: undefined };
  /** Since when each direction has had load; `undefined` while it has none. */
  readonly #loadedSinceMs: Record<ThroughputChart, number | undefined> = { download: undefined, upload: undefined };
  #state: ConductorState;
  #progressMs = 0;
  #awaitingReplies = false;

  constructor(options: CourseOptions) {
    this.#options = options;
    this.#state = createConductor(singleUserPlan(options.scale));
  }

  get state(): ConductorState {
    return this.#state;
  }

  start(nowMs: number): void {
    this.#options.recorder.start(nowMs);
    this.#feed({ type: 'start', nowMs });
  }

  stop(nowMs: number): void {
    this.#feed({ type: 'stop', nowMs });
  }

  udp(available: boolean, nowMs: number): void {
    this.#feed({ type: 'udp', available, nowMs });
  }

  probes(signal: ProbeSignal, event: ProbeEvent, nowMs: number): void {
    const replies = this.#options.recorder.probes(signal, event);
    if (signal === 'udp' && event.type !== 'probes') this.udp(event.type === 'up', nowMs);
    if (replies.length > 0) this.#lastAnswerMs[signal] = nowMs;
    for (const reply of replies) this.#reply(signal, reply, nowMs);
  }

  /** One beat of the metronome. */
  pulse({ atMs, download }: Extract<LoadEvent, { type: 'pulse' }>): void {
    const { recorder, charts } = this.#options;
    recorder.downloaded(download);
    if (this.#state.status === 'running') {
      const rate = this.#rates.download.add(download);
      if (rate) this.#rate('download', rate.mbps, rate.atMs, atMs);
      this.#feed({ type: 'tick', nowMs: atMs });
      this.#checkSilence(atMs);
    }
    if (this.#awaitingReplies && recorder.outstanding(atMs) === 0) {
      this.#awaitingReplies = false;
      this.#options.onDone();
    }
    this.#progress(atMs);
    charts.beat(atMs);
  }

  tick(tick: TelemetryTick, nowMs: number): void {
    const { recorder, charts } = this.#options;
    recorder.tick(tick);
    if (this.#state.status !== 'running') return;
    for (const [serverMs, bytes] of tick.upload) {
      const rate = this.#rates.upload.add({ atMs: serverMs, bytes });
      if (rate) this.#rate('upload', rate.mbps, recorder.toOurClock(rate.atMs, nowMs), nowMs);
    }
    if (!tick.tcp || tick.tcp.connections === 0) return;
    const atMs = recorder.toOurClock(tick.timeMs, nowMs) - this.#state.startedAtMs;
    charts.latency('inFlow', { atMs, value: tick.tcp.rttMs });
  }

  #reply(signal: ProbeSignal, { sentMs, rttMs }: Reply, nowMs: number): void {
    if (this.#state.status !== 'running') return;
    this.#options.charts.latency(signal, { atMs: sentMs - this.#state.startedAtMs, value: rttMs });
    if (signalInUse(nowMs, this.#lastAnswerMs) === signal) this.#feed({ type: 'probe', nowMs, sentMs, rttMs });
  }

  #rate(direction: ThroughputChart, mbps: number, atMs: number, nowMs: number): void {
    this.#options.charts.throughput(direction, { atMs: atMs - this.#state.startedAtMs, value: mbps });
    const settledMs = (this.#loadedSinceMs[direction] ?? Infinity) + RATE_SETTLES_MS * this.#options.scale;
    if (nowMs >= settledMs) this.#feed({ type: 'rate', nowMs, direction, mbps });
  }

  #checkSilence(nowMs: number): void {
    const { udp, websocket } = this.#lastAnswerMs;
    const latestMs = Math.max(udp ?? 0, websocket ?? 0, this.#state.startedAtMs);
    if (nowMs - latestMs >= ALL_SILENT_MS) this.#options.onSilent();
  }

  #progress(nowMs: number): void {
    if (nowMs - this.#progressMs < PROGRESS_MS) return;
    this.#progressMs = nowMs;
    const { elapsedMs, totalMs } = this.#state;
    this.#options.update({ elapsedMs, totalMs, activeSignal: signalInUse(nowMs, this.#lastAnswerMs) });
  }

  #feed(event: ConductorEvent): void {
    const [state, effects] = step(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#apply(effect);
  }

  #apply(effect: ConductorEffect): void {
    const { setLoad, setProbeRate, update } = this.#options;
    switch (effect.type) {
      case 'phase': {
        const { elapsedMs, totalMs, spans } = this.#state;
        return update({ phase: effect.id, draining: effect.draining, elapsedMs, totalMs, spans });
      }
      case 'load':
        for (const direction of ['download', 'upload'] as const) {
          const sinceMs = this.#loadedSinceMs[direction] ?? this.#state.nowMs;
          this.#loadedSinceMs[direction] = effect[direction] > 0 ? sinceMs : undefined;
        }
        return setLoad(effect.download, effect.upload);
      case 'probe-rate':
        return setProbeRate(effect.udpPerS, effect.websocketPerS);
      case 'finish': {
        const { elapsedMs, totalMs, spans } = this.#state;
        update({ phase: undefined, draining: false, elapsedMs, totalMs, spans });
        // What is in flight is part of the last window: the next beats wait for it.
        this.#awaitingReplies = effect.outcome === 'done';
      }
    }
  }
}
