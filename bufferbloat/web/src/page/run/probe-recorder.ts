import { percentile, ProbeLog, type ProbeSample } from '@rowhouse/bufferbloat-engine';
import type { ProbeEvent } from '../../shared/messages.ts';
import { signalInUse } from './signal-in-use.ts';

export type ProbeSignal = 'udp' | 'websocket';

/** One reply; Unix milliseconds, the first two of our clock. */
export interface Reply {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly serverMs: number;
  readonly rttMs: number;
}

/** The quiet line as the probes saw it. */
export interface QuietLine {
  readonly signal: ProbeSignal;
  /** The server's clock minus ours. */
  readonly offsetMs: number;
  /** Half of the least round trip. */
  readonly oneWayMs: number;
  readonly medianMs: number;
}

/** A stretch in which a signal was away. */
export interface SignalGap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/** Writes down the probes of one process by both signals. All times are Unix milliseconds of our clock unless said otherwise. */
export class ProbeRecorder {
  readonly #logs = { udp: new ProbeLog('udp'), websocket: new ProbeLog('websocket') };
  readonly #gaps: Record<ProbeSignal, SignalGap[]> = { udp: [], websocket: [] };
  readonly #down = new Map<ProbeSignal, { readonly fromMs: number; readonly reason: string }>();
  readonly #answeredMs: Record<ProbeSignal, number | undefined> = { udp: undefined, websocket: undefined };
  readonly lateMs: number[] = [];

  /** When either signal last answered; `undefined`: never. */
  get answeredMs(): number | undefined {
    const { udp, websocket } = this.#answeredMs;
    return udp === undefined && websocket === undefined ? undefined : Math.max(udp ?? 0, websocket ?? 0);
  }

  /** The signal to go by now. */
  inUse(nowMs: number): ProbeSignal | undefined {
    return signalInUse(nowMs, this.#answeredMs);
  }

  /** Records what became of a signal's probes; returns the replies among it. */
  take(signal: ProbeSignal, event: ProbeEvent): Reply[] {
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
    for (const each of lateMs) this.lateMs.push(each);
    for (const [sequence, sentMs] of sent) log.sent(sequence, sentMs);
    return answered.flatMap(([sequence, receivedMs, serverMs]) => {
      const rttMs = log.answered(sequence, receivedMs, serverMs);
      if (rttMs === undefined) return [];
      this.#answeredMs[signal] = receivedMs;
      return { sentMs: receivedMs - rttMs, receivedMs, serverMs, rttMs };
    });
  }

  outstanding(nowMs: number): number {
    return this.#logs.udp.outstanding(nowMs) + this.#logs.websocket.outstanding(nowMs);
  }

  /** The server's clock minus ours in milliseconds, as well as is known by now. */
  clockOffsetMs(): number | undefined {
    return this.#logs.udp.clockOffsetMs() ?? this.#logs.websocket.clockOffsetMs();
  }

  /** What the probes so far say of the line, all of them sent while it was quiet; `undefined` if none came back. */
  quietLine(): QuietLine | undefined {
    for (const signal of ['udp', 'websocket'] as const) {
      const offsetMs = this.#logs[signal].clockOffsetMs();
      const rtts = this.#logs[signal].samples().flatMap(({ rttMs, outcome }) => (outcome === 'ok' ? [rttMs ?? 0] : []));
      const medianMs = percentile(rtts, 50);
      if (offsetMs === undefined || medianMs === null) continue;
      return { signal, offsetMs, medianMs, oneWayMs: rtts.reduce((a, b) => Math.min(a, b)) / 2 };
    }
    return undefined;
  }

  /** Ends the wait for replies. */
  finish(endedAtMs: number): Partial<Record<ProbeSignal, readonly ProbeSample[]>> {
    for (const signal of this.#down.keys()) this.#endGap(signal, endedAtMs);
    for (const log of Object.values(this.#logs)) log.settle(endedAtMs);
    const udp = this.#logs.udp.samples();
    const websocket = this.#logs.websocket.samples();
    return { ...(udp.length > 0 && { udp }), ...(websocket.length > 0 && { websocket }) };
  }

  /** The signal that the result stands on: UDP where it ever worked. */
  get signalOfResult(): ProbeSignal {
    return this.#answeredMs.udp === undefined ? 'websocket' : 'udp';
  }

  /** When a signal was away; call after `finish`. */
  gaps(signal: ProbeSignal): readonly SignalGap[] {
    return this.#gaps[signal];
  }

  #endGap(signal: ProbeSignal, atMs: number): void {
    const down = this.#down.get(signal);
    if (!down) return;
    this.#down.delete(signal);
    this.#gaps[signal].push({ ...down, toMs: atMs });
  }
}
