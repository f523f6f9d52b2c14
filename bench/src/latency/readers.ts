// Sixteen downloads taken as fast as the server sends, from a process of its own; runs until it is killed.
// What arrives is dropped in the kernel, uncopied: a reader that copies costs as much as the server that sends, and on a
// small machine the server would wait for it instead of being saturated.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { LIMITS, MAIN_PATHS } from '@rowhouse/bufferbloat-protocol';
import koffi from 'koffi';
import { openTelemetry } from '../shared/loads.ts';
import { programSettings } from '../shared/programs.ts';
import { takeTicket } from '../shared/tickets.ts';

const receive = koffi.load(null).func('int64_t recv(int fd, void *buffer, uint64_t length, int flags)');
const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;
const DROP_BYTES = 64 * 2 ** 20;
const DROP_EVERY_MS = 1;

const { mainPort, from } = programSettings<{ mainPort: number; from: string }>();
const descriptors: number[] = [];
for (let test = 0; test < 4; test += 1) {
  const ticket = await takeTicket(mainPort, from);
  await openTelemetry({ mainPort, from, ticket });
  for (let connection = 0; connection < 4; connection += 1) descriptors.push(await startDownload(ticket.token));
}
setInterval(() => {
  for (const fd of descriptors) {
    const dropped = Number(receive(fd, null, DROP_BYTES, MSG_TRUNC | MSG_DONTWAIT));
    if (dropped === 0) process.exit(1); // a load that ends would make the round an idle one
  }
}, DROP_EVERY_MS);

/** @returns the descriptor of a socket that Node itself never reads */
async function startDownload(token: string): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port: mainPort, localAddress: from }).pause();
  await once(socket, 'connect');
  const limits = `bytes=${LIMITS.downloadBytes}&durationMs=${LIMITS.downloadMs}`;
  const path = `${MAIN_PATHS.download}?token=${encodeURIComponent(token)}&${limits}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  const { _handle: handle } = socket as Socket & { _handle?: { fd: number } };
  if (handle === undefined) throw new Error('the download was closed at once');
  return handle.fd;
}
