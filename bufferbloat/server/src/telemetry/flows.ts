import type { Socket } from 'node:net';
import type { TcpSample } from '@rowhouse/bufferbloat-protocol';
import type { Tcp, TcpInfo } from '../tcp/index.ts';

interface Flow {
  /** When the load began: a connection may have served the page before. */
  readonly start: TcpInfo;
  last: TcpInfo;
}

/** The download connections of one test, as the kernel sees them. */
export class Flows {
  readonly #tcp: Tcp;
  readonly #flows = new Map<Socket, Flow>();
  /** Of connections that are closed. */
  #pastRetransmissions = 0;
  #pastDeliveredBytes = 0;

  constructor(tcp: Tcp) {
    this.#tcp = tcp;
  }

  add(socket: Socket): void {
    const start = this.#tcp.info(socket);
    if (start) this.#flows.set(socket, { start, last: start });
  }

  /** What it did after the last sample is known only while the socket is open. */
  remove(socket: Socket): void {
    const flow = this.#flows.get(socket);
    if (!flow) return;
    const last = this.#tcp.info(socket) ?? flow.last;
    this.#pastRetransmissions += last.retransmissions - flow.start.retransmissions;
    this.#pastDeliveredBytes += last.deliveredBytes - flow.start.deliveredBytes;
    this.#flows.delete(socket);
  }

  /** Costs about 1 µs a connection. `undefined` while none has measured a round trip. */
  sample(): TcpSample | undefined {
    let connections = 0;
    let weightedRttMs = 0;
    let plainRttMs = 0;
    let newBytes = 0;
    let minRttMs = Number.POSITIVE_INFINITY;
    let retransmissions = this.#pastRetransmissions;
    let deliveredBytes = this.#pastDeliveredBytes;
    for (const [socket, flow] of this.#flows) {
      const info = this.#tcp.info(socket) ?? flow.last;
      // A segment that was counted as selectively acknowledged at full size may turn out to be shorter.
      const flowBytes = Math.max(0, info.deliveredBytes - flow.last.deliveredBytes);
      flow.last = info;
      if (info.rttMs > 0) {
        connections += 1;
        newBytes += flowBytes;
        weightedRttMs += info.rttMs * flowBytes;
        plainRttMs += info.rttMs;
        minRttMs = Math.min(minRttMs, info.minRttMs);
      }
      retransmissions += info.retransmissions - flow.start.retransmissions;
      deliveredBytes += info.deliveredBytes - flow.start.deliveredBytes;
    }
    if (connections === 0) return undefined;
    const rttMs = newBytes > 0 ? weightedRttMs / newBytes : plainRttMs / connections;
    return { connections, rttMs, minRttMs, retransmissions, deliveredBytes };
  }
}
