import type { Duplex } from 'node:stream';

/** For the answer to arrive. */
const LEAVE_MS = 2_000;

/**
 * Says one last thing and lets go of the connection, also of one that its other side never closes: nothing else would
 * watch over it any more.
 */
export function sayLast(socket: Duplex, text: string): void {
  const timer = setTimeout(() => socket.destroy(), LEAVE_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end(text);
}
