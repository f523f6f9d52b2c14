// The least that Node can do: a socket that writes one buffer again and again, or reads and drops. Prints its port.
import { randomFillSync } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { programSettings } from '../../shared/programs.ts';

export interface BareSettings {
  readonly role: 'write' | 'read';
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

const { role, tls } = programSettings<BareSettings>();
const buffer = randomFillSync(Buffer.allocUnsafeSlow(2 ** 20));

function write(socket: Socket): void {
  const fill = () => {
    while (socket.write(buffer));
  };
  socket.on('drain', fill);
  fill();
}

function serve(socket: Socket): void {
  socket.on('error', () => {}); // the client has what it wanted
  if (role === 'write') socket.once('data', () => write(socket));
  else socket.on('data', () => {});
}

const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`));
