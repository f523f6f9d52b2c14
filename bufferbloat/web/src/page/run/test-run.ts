import { analyse } from '@rowhouse/bufferbloat-engine';
import type { Result, Ticket } from '@rowhouse/bufferbloat-protocol';
import { nowMs, rebaseClock } from '../../shared/clock.ts';
import type { LoadEvent, LoadFailure, ProbeEvent } from '../../shared/messages.ts';
import { SESSION_LIMITS, StreamRegistry } from '../../shared/registry.ts';
import type { Charts } from './charts.ts';
import { Course } from './course.ts';
import { RunFailure, runError } from './failures.ts';
import { HiddenTime } from './hidden-time.ts';
import { Instruments } from './instruments.ts';
import { Readiness } from './readiness.ts';
import { Recorder, type ProbeSignal } from './recorder.ts';
import type { RunError, RunState } from './state.ts';
import { requestTicket } from './ticket.ts';

/** How long telemetry and the first probe connection may take, in milliseconds. */
const READY_MS = 8000;
/** An offline spell that lasts longer ends the test; a shorter one is a gap. In milliseconds. */
const OFFLINE_MS = 3000;
/** A metronome that is silent for longer has stopped: the machine slept, or the browser froze the page. In milliseconds. */
const PULSE_SILENCE_MS = 10_000;

export type RunEnd =
  | { readonly status: 'done'; readonly result: Result }
  | { readonly status: 'stopped' }
  | { readonly status: 'failed'; readonly error: RunError };

export interface TestRunOptions {
  readonly base: URL;
  readonly scale: number;
  readonly charts: Charts;
  readonly update: (patch: Partial<RunState>) => void;
}

/** Thrown through the run by `stop`. */
const STOPPED = Symbol('stopped');

/** One test from the ticket to the last stream's end. Runs once. */
export class TestRun {
  readonly #options: TestRunOptions;
  readonly #registry = new StreamRegistry(nowMs);
  readonly #over: Promise<never>;
  #end: (reason: unknown) => void = () => {};
  #isOver = false;
  #course: Course | undefined;
  #instruments: Instruments | undefined;
  #hidden: HiddenTime | undefined;
  #pulseMs = 0;
  #offlineTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TestRunOptions) {
    this.#options = options;
    this.#over = new Promise((_resolve, reject) => {
      this.#end = (reason) => {
        this.#isOver = true;
        reject(reason);
      };
    });
    this.#over.catch(() => {}); // It may end while nobody is waiting.
  }

  /** Runs the test; when it answers, nothing of it is left. Never throws. */
  async run(): Promise<RunEnd> {
    rebaseClock();
    let end: RunEnd;
    try {
      end = { status: 'done', result: await this.#measure() };
    } catch (thrown) {
      // A fault of ours: the browser's console is to show it with its stack.
      if (thrown !== STOPPED && !(thrown instanceof RunFailure)) reportError(thrown);
      end = thrown === STOPPED ? { status: 'stopped' } : { status: 'failed', error: runError(thrown) };
    }
    this.#isOver = true;
    this.#options.update({ status: 'stopping' });
    await this.#cleanUp();
    return end;
  }

  stop(): void {
    if (this.#course?.state.status === 'running') this.#course.stop(nowMs());
    this.#end(STOPPED);
  }

  /** Ends everything in this turn of the event loop: the page goes away. */
  abandon(): void {
    this.#end(STOPPED);
    clearTimeout(this.#offlineTimer);
    this.#registry.cancelAll('the page goes away');
  }

  setHidden(hidden: boolean): void {
    this.#hidden?.note(hidden);
  }

  setOffline(offline: boolean): void {
    clearTimeout(this.#offlineTimer);
    if (offline && !this.#isOver)
      this.#offlineTimer = setTimeout(() => this.#fail(new RunFailure('offline')), OFFLINE_MS);
  }

  async #measure(): Promise<Result> {
    const { scale, charts, update, base } = this.#options;
    const ticket = await Promise.race([requestTicket(base, this.#registry), this.#over]);
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
      onSilent: () => this.#fail(new RunFailure('probes-lost')),
    });
    this.#course = course;
    this.#watch();
    await Promise.race([this.#connect(ticket, recorder, course), this.#over]);

    this.#hidden = new HiddenTime(nowMs, document.hidden);
    update({ status: 'running' });
    course.start(nowMs());
    await Promise.race([done, this.#over]);
    const { spans, drainTimedOut } = course.state;
    const hiddenMs = this.#hidden.totalMs();
    return analyse(recorder.finish({ endedAtMs: nowMs(), spans, drainTimedOut, hiddenMs }));
  }

  /** Opens every instrument; resolves when the test can begin. */
  async #connect(ticket: Ticket, recorder: Recorder, course: Course): Promise<void> {
    await new Promise<void>((resolve) => {
      const instruments = new Instruments({
        base: this.#options.base,
        ticket,
        registry: this.#registry,
        onProbes: (signal, event) => this.#guarded(() => probes(signal, event)),
        onLoad: (event) => this.#guarded(() => loaded(event)),
        onUdpUnavailable: (reason) => this.#guarded(() => unavailable(reason)),
        onTrouble: (trouble) => this.#fail(new RunFailure(trouble === 'crashed' ? 'internal' : 'time-limit')),
      });
      this.#instruments = instruments;
      const readiness = new Readiness(instruments.triesUdp);
      const late = setTimeout(() => this.#fail(new RunFailure(readiness.missing)), READY_MS);
      const end = (): void => {
        clearTimeout(late);
        timer.release();
      };
      const timer = this.#registry.open({ kind: 'timer', label: 'readiness', cancel: end });
      let ready = false;
      const check = (): void => {
        if (ready || !readiness.complete) return;
        ready = true;
        end();
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
        if (event.type === 'up') readiness.telemetryUp();
        check();
      };
      if (!instruments.triesUdp) course.udp(false, nowMs());
      if (!instruments.triesUdp && ticket.ping.udp) recorder.unavailable('this browser has no WebRTC');
    });
  }

  #load(event: LoadEvent, course: Course): void {
    if (event.type === 'tick') course.tick(event.tick, nowMs());
    if (event.type === 'failed') this.#fail(loadFailure(event.failure, course.state.status === 'running'));
    if (event.type === 'pulse') {
      this.#pulseMs = event.atMs;
      course.pulse(event);
    }
  }

  /** Looks for orphans and for a metronome that has stopped, for as long as the test lasts. */
  #watch(): void {
    this.#pulseMs = nowMs();
    const timer = setInterval(() => {
      watch.touch();
      if (nowMs() - this.#pulseMs > PULSE_SILENCE_MS) return this.#fail(new RunFailure('interrupted'));
      if (this.#registry.cancelExpired().length > 0) return this.#fail(new RunFailure('time-limit'));
      return this.#instruments?.census();
    }, SESSION_LIMITS.orphanCheckMs);
    const end = (): void => {
      clearInterval(timer);
      watch.release();
    };
    const watch = this.#registry.open({ kind: 'timer', label: 'orphan check', cancel: end });
  }

  /** What comes in after the end is dropped; what goes wrong in here ends the test. */
  #guarded(handle: () => void): void {
    if (this.#isOver) return;
    try {
      handle();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Without a network every failure has the same cause. */
  #fail(thrown: unknown): void {
    this.#end(navigator.onLine ? thrown : new RunFailure('offline'));
  }

  /** Ends everything in good order; whatever has not gone by then goes at once. */
  async #cleanUp(): Promise<void> {
    clearTimeout(this.#offlineTimer);
    const forced = (await this.#instruments?.close()) ?? [];
    if (forced.length > 0) reportError(new Error(`ended by force: ${forced.join(', ')}`));
    this.#registry.cancelAll('the test has ended');
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
