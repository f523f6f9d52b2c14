import type { WebSocket } from 'ws';

/** A peer that answers nothing between two pings is gone: a closed laptop says no goodbye. */
export const PING_MS = 15_000;

/** Pings a socket and ends it when it stays silent. @returns stops it */
export function keepAlive(socket: WebSocket, after: (ms: number, then: () => void) => () => void): () => void {
  let heard = true;
  let cancel = (): void => {};
  const note = () => {
    heard = true;
  };
  const beat = () => {
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
    cancel = after(PING_MS, beat);
  };
  socket.on('pong', note);
  socket.on('message', note);
  cancel = after(PING_MS, beat);
  return () => cancel();
}
