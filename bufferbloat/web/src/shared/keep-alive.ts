import { encodeProbe } from '@rowhouse/bufferbloat-protocol';
import { nowMs } from './clock.ts';

/** Well within the half minute of silence after which the ping server takes a client to be gone. */
const KEEP_ALIVE_MS = 10_000;

/** No probe that is awaited has this number, so that the reply falls away. */
const SEQUENCE = 0xffff_ffff;

/** Keeps a socket to the ping server open that may have nothing to say. Returns what ends it. */
export function keepAlive(socket: WebSocket): () => void {
  const timer = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send(encodeProbe({ sequence: SEQUENCE, timeMs: nowMs() }));
  }, KEEP_ALIVE_MS);
  return () => clearInterval(timer);
}
