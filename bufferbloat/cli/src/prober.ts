import { nextProbeMs, ProbeLog } from '@rowhouse/bufferbloat-engine';
import { decodeProbe, encodeProbe, type Gap } from '@rowhouse/bufferbloat-protocol';
import { unixNowMs } from './clock.ts';

/** Sends the probes of one signal on schedule and records what comes back, over as many connections as it takes. */
export class Prober {
  readonly log: ProbeLog;
  /** How late each timer fired, in milliseconds. */
  readonly lateMs: number[] = [];
  /** Times when there was no connection, in Unix milliseconds. */
  readonly gaps: Gap[] = [];
  readonly #answered: (sentMs: number, rttMs: number) => void;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #gap: { readonly fromMs: number; readonly reason: string } | undefined;
  #sequence = 0;
  #perS = 0;
  #anchorMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: 'udp' | 'websocket', answered: (sentMs: number, rttMs: number) => void) {
    this.log = new ProbeLog(signal);
    this.#answered = answered;
  }

  /** Probes a second from now on; 0 stops. */
  setRate(perS: number): void {
    if (perS === this.#perS) return;
    this.#perS = perS;
    this.#anchorMs = unixNowMs();
    this.#arm(this.#anchorMs);
  }

  /** There is a connection: `send` puts one message on it. */
  connected(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
    this.endGap();
  }

  /** The connection is gone, if there was one. */
  disconnected(reason: string): void {
    if (this.#send === undefined) return;
    this.#send = undefined;
    this.#gap = { fromMs: this.log.disconnected(unixNowMs()), reason };
  }

  /** A message came. Whatever is not a reply to a probe of ours is ignored. */
  received(bytes: Uint8Array): void {
    const nowMs = unixNowMs();
    const reply = decodeProbe(bytes);
    const rttMs = reply && this.log.answered(reply.sequence, nowMs, reply.timeMs);
    if (rttMs !== undefined) this.#answered(nowMs - rttMs, rttMs);
  }

  /** Closes the gap that is open, if one is. */
  endGap(): void {
    if (this.#gap) this.gaps.push({ signal: this.log.signal, ...this.#gap, toMs: unixNowMs() });
    this.#gap = undefined;
  }

  #arm(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#perS <= 0) return;
    const dueMs = nextProbeMs(this.#anchorMs, this.#perS, afterMs);
    this.#timer = setTimeout(
      () => {
        const nowMs = unixNowMs();
        // Node may fire a fraction of a millisecond early.
        this.lateMs.push(Math.max(0, nowMs - dueMs));
        this.#probe(nowMs);
        this.#arm(Math.max(nowMs, dueMs));
      },
      Math.ceil(dueMs - unixNowMs()),
    );
  }

  #probe(nowMs: number): void {
    if (this.#send === undefined) return;
    this.#sequence += 1;
    this.log.sent(this.#sequence, nowMs);
    this.#send(encodeProbe({ sequence: this.#sequence, timeMs: nowMs }));
  }
}
