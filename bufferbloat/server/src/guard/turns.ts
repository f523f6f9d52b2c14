import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * One request at a time on a connection. Our clients wait for an answer before they ask again; whoever does not could
 * take the connection, by an upgrade, away from the answer on its way: its timers would be gone and its load would
 * count for ever.
 */
export interface Turns {
  /** Call first for every request. @returns `false` when it came too early; its connection is then closed */
  begin(request: IncomingMessage, response: ServerResponse): boolean;
  /** Call first for every upgrade. @returns `false` when it came too early; its connection is then closed */
  upgrade(socket: Duplex): boolean;
}

export function createTurns(): Turns {
  const answering = new WeakSet<Duplex>();
  return {
    begin({ socket }, response) {
      if (response.socket === null) {
        socket.destroy(); // its answer waits for the one before
        return false;
      }
      answering.add(socket);
      response.once('close', () => answering.delete(socket));
      return true;
    },
    upgrade(socket) {
      if (!answering.has(socket)) return true;
      socket.destroy();
      return false;
    },
  };
}
