import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Ends a server without cutting off what is running, up to a deadline. */
export interface Stopper {
  readonly stopping: boolean;
  /**
   * Stops accepting, lets running requests and upgraded connections finish, and destroys what is left at the deadline.
   *
   * @returns how many connections had to be destroyed
   */
  stop(deadlineMs: number): Promise<number>;
}

/** Call once per server, before `listen`. */
export function createStopper(server: Server): Stopper {
  const sockets = new Set<Socket>();
  let stopping = false;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (_request, response) => {
    if (stopping && !response.headersSent) response.setHeader('connection', 'close');
    response.once('close', () => {
      // Kept alive and idle now: nothing more will be asked of it.
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
  });
  return {
    get stopping() {
      return stopping;
    },
    async stop(deadlineMs) {
      stopping = true;
      let destroyed = 0;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        destroyed = sockets.size;
        for (const socket of sockets) socket.destroy();
      }, deadlineMs);
      await closed;
      clearTimeout(timer);
      return destroyed;
    },
  };
}
