import type { ByteCount, Recording } from '@rowhouse/bufferbloat-engine';
import type { Gap, PhaseId, PhaseSpan, TelemetryTick, Ticket } from '@rowhouse/bufferbloat-protocol';
import type { ByteTotal } from '../../shared/byte-series.ts';
import type { ProbeEvent } from '../../shared/messages.ts';
import { ProbeRecorder, type ProbeSignal, type Reply } from './probe-recorder.ts';

/** What the test's end adds to what was recorded. */
export interface Ending {
  readonly endedAtMs: number;
  readonly spans: readonly PhaseSpan[];
  readonly drainTimedOut: readonly PhaseId[];
  readonly hiddenMs: number;
}

/** How long an offset of the clocks is good for before it is found anew, in milliseconds. */
const OFFSET_MS = 1000;

/** Writes down one test; nothing is interpreted here. All times are Unix milliseconds unless said otherwise. */
export class Recorder {
  readonly #ticket: Ticket;
  readonly #probes = new ProbeRecorder();
  readonly #unavailable: { udp?: string } = {};
  readonly #download: ByteCount[] = [];
  readonly #ticks: TelemetryTick[] = [];
  #startedAtMs = Infinity;
  #offset: { readonly atMs: number; readonly offsetMs: number } | undefined;

  constructor(ticket: Ticket) {
    this.#ticket = ticket;
    if (!ticket.ping.udp) this.#unavailable.udp = 'the server does not offer UDP probes';
  }

  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  start(nowMs: number): void {
    this.#startedAtMs = nowMs;
  }

  unavailable(reason: string): void {
    this.#unavailable.udp = reason;
  }

  /** Records what became of a signal's probes; returns the replies among it. */
  probes(signal: ProbeSignal, event: ProbeEvent): Reply[] {
    return this.#probes.take(signal, event);
  }

  downloaded(total: ByteTotal): void {
    this.#download.push(total);
  }

  tick(tick: TelemetryTick): void {
    this.#ticks.push(tick);
  }

  outstanding(nowMs: number): number {
    return this.#probes.outstanding(nowMs);
  }

  /** A time of the server on our clock, as well as is known by now. */
  toOurClock(serverMs: number, nowMs: number): number {
    if (!this.#offset || nowMs - this.#offset.atMs >= OFFSET_MS) {
      this.#offset = { atMs: nowMs, offsetMs: this.#clockOffsetMs() };
    }
    return serverMs - this.#offset.offsetMs;
  }

  finish({ endedAtMs, spans, drainTimedOut, hiddenMs }: Ending): Recording {
    const probes = this.#probes.finish(endedAtMs);
    const offsetMs = this.#clockOffsetMs();
    return {
      id: this.#ticket.id,
      startedAtMs: this.#startedAtMs,
      endedAtMs,
      spans,
      probes,
      unavailable: {
        ...this.#unavailable,
        ...(!probes.websocket && { websocket: 'the ping server could not be reached by WebSocket' }),
      },
      download: this.#download,
      upload: this.#ticks.flatMap(({ upload }) => upload.map(([atMs, bytes]) => ({ atMs: atMs - offsetMs, bytes }))),
      tcp: this.#ticks.flatMap(({ timeMs, tcp }) => (tcp ? [{ atMs: timeMs - offsetMs, sample: tcp }] : [])),
      server: this.#ticket.server,
      gaps: [...this.#gaps('udp'), ...this.#gaps('websocket')].toSorted((a, b) => a.fromMs - b.fromMs),
      conditions: {
        hiddenMs,
        clientLateMs: this.#probes.lateMs,
        serverLoopDelayMs: this.#ticks.map(({ timeMs, loopDelayMs }) => ({ atMs: timeMs - offsetMs, ...loopDelayMs })),
        drainTimedOut,
      },
    };
  }

  #clockOffsetMs(): number {
    return this.#probes.clockOffsetMs() ?? 0;
  }

  #gaps(signal: ProbeSignal): Gap[] {
    return this.#probes.gaps(signal).flatMap((gap) => {
      const fromMs = Math.max(0, gap.fromMs - this.#startedAtMs);
      const toMs = Math.max(0, gap.toMs - this.#startedAtMs);
      return toMs > fromMs ? [{ signal, fromMs, toMs, reason: gap.reason }] : [];
    });
  }
}
