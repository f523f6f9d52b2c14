import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** An open connection; errors show as missing bytes. */
export async function open({ port, encrypted }: { port: number; encrypted: boolean }): Promise<Socket> {
  const target = { host: '127.0.0.1', port };
  const socket = encrypted ? connectTls({ ...target, rejectUnauthorized: false }) : connect(target);
  socket.on('error', () => {});
  await once(socket, encrypted ? 'secureConnect' : 'connect');
  return socket;
}
