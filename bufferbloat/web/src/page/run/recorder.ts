import { type ByteCount, ProbeLog, type Recording } from '@rowhouse/bufferbloat-engine';
import type { Gap, PhaseId, PhaseSpan, TelemetryTick, Ticket } from '@rowhouse/bufferbloat-protocol';
import type { ByteTotal } from '../../shared/byte-series.ts';
import type { ProbeEvent } from '../../shared/messages.ts';

export type ProbeSignal = 'udp' | 'websocket';

/** One reply, as the conductor and the charts want it. */
export interface Reply {
  readonly sentMs: number;
  readonly rttMs: number;
}

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
  readonly #logs = { udp: new ProbeLog('udp'), websocket: new ProbeLog('websocket') };
  readonly #unavailable: { udp?: string } = {};
  readonly #gaps: Gap[] = [];
  readonly #down = new Map<ProbeSignal, { fromMs: number; reason: string }>();
  readonly #download: ByteCount[] = [];
  readonly #ticks: TelemetryTick[] = [];
  readonly #lateMs: number[] = [];
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
    const log = this.#logs[signal];
    if (event.type === 'down') {
      const fromMs = log.disconnected(event.atMs);
      if (!this.#down.has(signal)) this.#down.set(signal, { fromMs, reason: event.reason });
      return [];
    }
    if (event.type === 'up') {
      this.#endGap(signal, event.atMs);
      return [];
    }
    const { sent, answered, lateMs } = event.report;
    this.#lateMs.push(...lateMs);
    for (const [sequence, sentMs] of sent) log.sent(sequence, sentMs);
    return answered.flatMap(([sequence, receivedMs, serverTimeMs]) => {
      const rttMs = log.answered(sequence, receivedMs, serverTimeMs);
      return rttMs === undefined ? [] : { sentMs: receivedMs - rttMs, rttMs };
    });
  }

  downloaded(total: ByteTotal): void {
    this.#download.push(total);
  }

  tick(tick: TelemetryTick): void {
    this.#ticks.push(tick);
  }

  outstanding(nowMs: number): number {
    return this.#logs.udp.outstanding(nowMs) + this.#logs.websocket.outstanding(nowMs);
  }

  /** A time of the server on our clock, as well as is known by now. */
  toOurClock(serverMs: number, nowMs: number): number {
    if (!this.#offset || nowMs - this.#offset.atMs >= OFFSET_MS) {
      this.#offset = { atMs: nowMs, offsetMs: this.#clockOffsetMs() };
    }
    return serverMs - this.#offset.offsetMs;
  }

  finish({ endedAtMs, spans, drainTimedOut, hiddenMs }: Ending): Recording {
    for (const signal of this.#down.keys()) this.#endGap(signal, endedAtMs);
    for (const log of Object.values(this.#logs)) log.settle(endedAtMs);
    const offsetMs = this.#clockOffsetMs();
    const udp = this.#logs.udp.samples();
    const websocket = this.#logs.websocket.samples();
    return {
      id: this.#ticket.id,
      startedAtMs: this.#startedAtMs,
      endedAtMs,
      spans,
      probes: { ...(udp.length > 0 && { udp }), ...(websocket.length > 0 && { websocket }) },
      unavailable: {
        ...this.#unavailable,
        ...(websocket.length === 0 && { websocket: 'the ping server could not be reached by WebSocket' }),
      },
      download: this.#download,
      upload: this.#ticks.flatMap(({ upload }) => upload.map(([atMs, bytes]) => ({ atMs: atMs - offsetMs, bytes }))),
      tcp: this.#ticks.flatMap(({ timeMs, tcp }) => (tcp ? [{ atMs: timeMs - offsetMs, sample: tcp }] : [])),
      server: this.#ticket.server,
      gaps: this.#gaps,
      conditions: {
        hiddenMs,
        clientLateMs: this.#lateMs,
        serverLoopDelayMs: this.#ticks.map(({ timeMs, loopDelayMs }) => ({ atMs: timeMs - offsetMs, ...loopDelayMs })),
        drainTimedOut,
      },
    };
  }

  #clockOffsetMs(): number {
    return this.#logs.udp.clockOffsetMs() ?? this.#logs.websocket.clockOffsetMs() ?? 0;
  }

  #endGap(signal: ProbeSignal, atMs: number): void {
    const down = this.#down.get(signal);
    if (!down) return;
    this.#down.delete(signal);
    const [fromMs, toMs] = [down.fromMs, atMs].map((each) => Math.max(0, each - this.#startedAtMs));
    if (fromMs === undefined || toMs === undefined || toMs <= fromMs) return;
    this.#gaps.push({ signal, fromMs, toMs, reason: down.reason });
  }
}
