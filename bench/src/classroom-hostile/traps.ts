import { createServer } from 'node:net';
import { once } from 'node:events';

/** Addresses that no student's program may reach; each connection to one is counted. */
export interface Traps {
  readonly reached: string[];
  close(): void;
}

export async function setTraps(places: readonly { host: string; port: number }[]): Promise<Traps> {
  const reached: string[] = [];
  const servers = await Promise.all(
    places.map(async ({ host, port }) => {
      const server = createServer((socket) => {
        reached.push(`${host}:${port}`);
        socket.destroy();
      });
      server.listen(port, host);
      await once(server, 'listening');
      return server;
    }),
  );
  return {
    reached,
    close: () => {
      for (const server of servers) server.close();
    },
  };
}
