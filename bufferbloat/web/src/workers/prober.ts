import { eventMs, nowMs } from '../shared/clock.ts';
import type { ProbeEvent } from '../shared/messages.ts';
import { carryByChannel } from '../shared/probe-channel.ts';
import { ProbeSender } from '../shared/probe-sender.ts';
import { keepProbeSocket } from './probe-socket.ts';
import { after, registry } from './scope.ts';

export interface ProberOptions {
  /** Where in the interval its probes lie, 0 to 1. */
  readonly offset: number;
  readonly report: (event: ProbeEvent) => void;
}

/** Probes of one signal to one process, numbered through however often the connection is made anew. */
export class Prober {
  readonly #report: (event: ProbeEvent) => void;
  readonly #sender: ProbeSender;
  #socket: WebSocket | undefined;
  #closeSocket: () => void = () => {};

  constructor({ offset, report }: ProberOptions) {
    this.#report = report;
    const sender = new ProbeSender({
      nowMs,
      after,
      offset,
      report: (probes) => {
        schedule.touch();
        report({ type: 'probes', report: probes });
      },
    });
    const end = (): void => {
      sender.setRate(0);
      schedule.release();
    };
    const schedule = registry.open({ kind: 'timer', label: 'probe schedule', cancel: end });
    this.#sender = sender;
  }

  /** Probes by a WebSocket to `url`, instead of the one before if there is one, opened again whenever it is lost. */
  open(url: string): void {
    this.#closeSocket();
    this.#drop('another process is probed now');
    this.#closeSocket = keepProbeSocket({
      url,
      registry,
      after,
      onUp: (socket) => {
        this.#socket = socket;
        this.#sender.carry(socket);
        this.#report({ type: 'up', atMs: nowMs() });
      },
      onDown: (reason) => this.#drop(reason),
      onMessage: (event) => this.#sender.received(event.data, eventMs(event)),
    });
  }

  /** Probes by this data channel until it closes. */
  adopt(channel: RTCDataChannel): void {
    carryByChannel(channel, this.#sender, registry, this.#report);
  }

  setRate(perS: number): void {
    this.#sender.setRate(perS);
  }

  #drop(reason: string): void {
    if (!this.#socket) return;
    this.#sender.drop(this.#socket);
    this.#socket = undefined;
    this.#report({ type: 'down', atMs: nowMs(), reason });
  }
}
