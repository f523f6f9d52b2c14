import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** Where one room's host connects, once. */
export interface Entrance {
  /** Name of its folder within the socket folder, in which `room.sock` listens. */
  readonly name: string;
  /** The first who connects; nobody can afterwards. Rejects when it is closed before. */
  readonly entered: Promise<Socket>;
  /** Nothing of it is left, except the connection. */
  close(): Promise<void>;
}

/** @throws the file system's or the network's error when the folder or the socket cannot be made */
export async function openEntrance(socketFolder: string): Promise<Entrance> {
  const name = randomBytes(16).toString('hex');
  const folder = join(socketFolder, name);
  await mkdir(folder, { mode: 0o711 });
  await chmod(folder, 0o711); // whatever the mask is: the student's own user passes, and cannot look around
  const server = createServer();
  const entered = firstConnection(server);
  entered.catch(() => {}); // who awaits it hears of it
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeServer(server).then(() => rm(folder, { recursive: true, force: true }));
    return closing;
  };
  try {
    await listen(server, join(folder, 'room.sock'));
    await chmod(join(folder, 'room.sock'), 0o666);
  } catch (error) {
    await close();
    throw error;
  }
  return { name, entered, close };
}

function firstConnection(server: Server): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let isTaken = false;
    server.on('connection', (socket) => {
      socket.on('error', () => {}); // 'close' follows
      // One that was accepted in the same moment is turned away.
      if (isTaken) return socket.destroy();
      isTaken = true;
      server.close();
      return resolve(socket);
    });
    server.once('close', () => reject(new Error('nobody entered')));
    server.once('error', reject);
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: 1 }, resolve);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    // Not its callback: that waits for the connection, which goes on.
    server.close();
    return resolve();
  });
}
