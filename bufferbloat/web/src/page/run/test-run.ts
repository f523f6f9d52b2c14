import { analyse } from '@rowhouse/bufferbloat-engine';
import type { Result, Ticket } from '@rowhouse/bufferbloat-protocol';
import { nowMs, rebaseClock } from '../../shared/clock.ts';
import type { LoadEvent, LoadFailure, ProbeEvent } from '../../shared/messages.ts';
import type { Charts } from './charts.ts';
import { Course } from './course.ts';
import { RunFailure } from './failures.ts';
import { Instruments } from './instruments.ts';
import { Lifetime, type RunEnd } from './lifetime.ts';
import { Readiness } from './readiness.ts';
import type { ProbeSignal } from './probe-recorder.ts';
import { Recorder } from './recorder.ts';
import type { RunState } from './state.ts';
import { requestTicket } from './ticket.ts';

/** How long telemetry and the first probe connection may take, in milliseconds. */
const READY_MS = 8000;

export interface TestRunOptions {
  readonly base: URL;
  readonly scale: number;
  readonly charts: Charts;
  readonly update: (patch: Partial<RunState>) => void;
}

/** One test from the ticket to the last stream's end. Runs once. */
export class TestRun {
  readonly #options: TestRunOptions;
  readonly #life = new Lifetime();
  #course: Course | undefined;
  #instruments: Instruments | undefined;

  constructor(options: TestRunOptions) {
    this.#options = options;
  }

  /** Runs the test; when it answers, nothing of it is left. Never throws. */
  run(): Promise<RunEnd<Result>> {
    rebaseClock();
    return this.#life.run(
      () => this.#measure(),
      () => this.#options.update({ status: 'stopping' }),
    );
  }

  stop(): void {
    if (this.#course?.state.status === 'running') this.#course.stop(nowMs());
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

  async #measure(): Promise<Result> {
    const { scale, charts, update, base } = this.#options;
    const life = this.#life;
    const ticket = await life.during(requestTicket(base, 'single', life.registry));
    const recorder = new Recorder(ticket);
    let onDone = (): void => {};
    const done = new Promise<void>((resolve) => {
      onDone = resolve;
    });
    const course = new Course({
      scale,
      recorder,
      charts,
      update,
      setLoad: (download, upload) => this.#instruments?.setLoad(download, upload),
      setProbeRate: (udpPerS, websocketPerS) => this.#instruments?.setProbeRate(udpPerS, websocketPerS),
      onDone,
      onSilent: () => life.fail(new RunFailure('probes-lost')),
    });
    this.#course = course;
    await life.during(this.#connect(ticket, recorder, course));

    life.watchHidden();
    update({ status: 'running' });
    course.start(nowMs());
    await life.during(done);
    const { spans, drainTimedOut } = course.state;
    return analyse(recorder.finish({ endedAtMs: nowMs(), spans, drainTimedOut, hiddenMs: life.hiddenMs }));
  }

  /** Opens every instrument; resolves when the test can begin. */
  async #connect(ticket: Ticket, recorder: Recorder, course: Course): Promise<void> {
    const life = this.#life;
    await new Promise<void>((resolve) => {
      const instruments = new Instruments({
        base: this.#options.base,
        ticket,
        registry: life.registry,
        onProbes: (signal, event) => life.guarded(() => probes(signal, event)),
        onLoad: (event) => life.guarded(() => loaded(event)),
        onUdpUnavailable: (reason) => life.guarded(() => unavailable(reason)),
        onTrouble: (trouble) => life.fail(new RunFailure(trouble === 'crashed' ? 'internal' : 'time-limit')),
      });
      this.#instruments = instruments;
      life.watch(instruments);
      const readiness = new Readiness(instruments.triesUdp);
      const inTime = life.deadline('readiness', READY_MS, () => new RunFailure(readiness.missing));
      let ready = false;
      const check = (): void => {
        if (ready || !readiness.complete) return;
        ready = true;
        inTime();
        resolve();
      };
      const probes = (signal: ProbeSignal, event: ProbeEvent): void => {
        course.probes(signal, event, nowMs());
        if (event.type === 'up') readiness.signalUp(signal);
        check();
      };
      const unavailable = (reason: string): void => {
        recorder.unavailable(reason);
        course.udp(false, nowMs());
        readiness.udpUnavailable();
        check();
      };
      const loaded = (event: LoadEvent): void => {
        this.#load(event, course);
        if (event.type === 'up') readiness.serverUp();
        check();
      };
      if (!instruments.triesUdp) course.udp(false, nowMs());
      if (!instruments.triesUdp && ticket.ping.udp) recorder.unavailable('this browser has no WebRTC');
    });
  }

  #load(event: LoadEvent, course: Course): void {
    if (event.type === 'tick') course.tick(event.tick, nowMs());
    if (event.type === 'failed') this.#life.fail(loadFailure(event.failure, course.state.status === 'running'));
    if (event.type === 'pulse') {
      this.#life.pulse(event.atMs);
      course.pulse(event);
    }
  }
}

function loadFailure(failure: LoadFailure, running: boolean): RunFailure {
  switch (failure.code) {
    case 'telemetry-lost':
      return new RunFailure(running ? 'server-lost' : 'unreachable');
    case 'refused':
      return new RunFailure('refused', failure.message, failure.retryAfterS);
    case 'token-expired':
    case 'load-lost':
      return new RunFailure(failure.code);
  }
}
