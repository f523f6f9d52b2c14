import { decodeProbe, encodeProbe } from '@rowhouse/bufferbloat-protocol';

/** Whatever carries 12 bytes to the server: a WebSocket or a data channel. */
export interface ProbeCarrier {
  send(bytes: Uint8Array<ArrayBuffer>): void;
}

/** What happened since the report before. Times are Unix milliseconds. */
export interface ProbeReport {
  readonly sent: readonly (readonly [sequence: number, sentMs: number])[];
  readonly answered: readonly (readonly [sequence: number, receivedMs: number, serverTimeMs: number])[];
  /** How late the timers of this thread fired, in milliseconds: the mark of a busy browser. */
  readonly lateMs: readonly number[];
}

export interface ProbeSenderOptions {
  readonly nowMs: () => number;
  /** Calls back once after `delayMs`; returns what cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly report: (report: ProbeReport) => void;
  /** Where in the interval this signal's grid lies, 0 to 1, so that two signals do not wake the machine together. */
  readonly offset: number;
}

/** The next moment of the grid `offset` + whole intervals that is later than `nowMs`. */
export function nextOnGrid(nowMs: number, intervalMs: number, offset: number): number {
  const first = offset * intervalMs;
  return first + (Math.floor((nowMs - first) / intervalMs) + 1) * intervalMs;
}

/**
 * Sends probes on a fixed grid of time, whatever has come back. A moment that was missed because the thread was busy is
 * left out and seen in the lateness: several probes at once would tell the same thing several times.
 */
export class ProbeSender {
  readonly #options: ProbeSenderOptions;
  #carrier: ProbeCarrier | undefined;
  #intervalMs: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #sequence = 0;
  #sent: (readonly [number, number])[] = [];
  #answered: (readonly [number, number, number])[] = [];
  #lateMs: number[] = [];

  constructor(options: ProbeSenderOptions) {
    this.#options = options;
  }

  /** From now on probes go out by this carrier; without one, none are sent. */
  carry(carrier: ProbeCarrier): void {
    this.#carrier = carrier;
  }

  /** This carrier is gone; returns whether it was the one in use. */
  drop(carrier: ProbeCarrier): boolean {
    if (this.#carrier !== carrier) return false;
    this.#carrier = undefined;
    return true;
  }

  /** Probes per second; 0 ends them, and replies are still taken. */
  setRate(perS: number): void {
    const intervalMs = perS > 0 ? 1000 / perS : undefined;
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#schedule();
    if (this.#intervalMs === undefined) this.#flush();
  }

  /** Takes a message from the carrier; anything but a probe is dropped. */
  received(bytes: unknown, receivedMs: number): void {
    const probe = bytes instanceof ArrayBuffer ? decodeProbe(bytes) : undefined;
    if (!probe) return;
    this.#answered.push([probe.sequence, receivedMs, probe.timeMs]);
    if (this.#intervalMs === undefined) this.#flush();
  }

  /** `afterMs`: the moment just served; a timer that fired a little early must not serve it twice. */
  #schedule(afterMs = 0): void {
    const intervalMs = this.#intervalMs;
    if (intervalMs === undefined) return;
    const nowMs = this.#options.nowMs();
    const dueMs = nextOnGrid(Math.max(nowMs, afterMs), intervalMs, this.#options.offset);
    this.#cancelTimer = this.#options.after(dueMs - nowMs, () => this.#fire(dueMs));
  }

  #fire(dueMs: number): void {
    const firedMs = this.#options.nowMs();
    this.#lateMs.push(Math.max(0, firedMs - dueMs));
    if (this.#carrier) this.#send(this.#carrier);
    this.#schedule(dueMs);
    this.#flush();
  }

  #send(carrier: ProbeCarrier): void {
    const sequence = this.#sequence++;
    const sentMs = this.#options.nowMs();
    try {
      carrier.send(encodeProbe({ sequence, timeMs: sentMs }));
      this.#sent.push([sequence, sentMs]);
    } catch {
      // The carrier closed a moment ago; its owner hears of it and carries on with another.
    }
  }

  #flush(): void {
    if (this.#sent.length + this.#answered.length + this.#lateMs.length === 0) return;
    const report = { sent: this.#sent, answered: this.#answered, lateMs: this.#lateMs };
    this.#sent = [];
    this.#answered = [];
    this.#lateMs = [];
    // Last: whoever hears it may change the rate, which flushes.
    this.#options.report(report);
  }
}
