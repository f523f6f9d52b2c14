import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answerUnparsable } from '../../src/http/answer-errors.ts';
import { refuseUpgrade } from '../../src/socket/refuse-upgrade.ts';

/** How a connection ends for the server when the other side never closes its own. */
async function endOf(answer: (socket: Socket) => void): Promise<{ readonly text: string; readonly closed: boolean }> {
  // As servers of HTTP are: an end from one side is not the end.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.resume();
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  client.on('data', (chunk: Buffer) => (text += chunk.toString()));
  client.on('error', () => {});
  const [socket] = await accepted;
  await once(client, 'end');
  const closed = await Promise.race([
    socket.destroyed || once(socket, 'close').then(() => true),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), 4_000)),
  ]);
  client.destroy();
  socket.destroy();
  server.close();
  return { text, closed };
}

describe('a connection that was turned away, and stays open on the other side', () => {
  it('is not kept when it spoke no HTTP', async () => {
    const { text, closed } = await endOf((socket) => answerUnparsable(new Error('parse'), socket));
    expect(text).toMatch(/^HTTP\/1\.1 400 .*"bad-request"/s);
    expect(closed).toBe(true);
  });

  it('is not kept when it asked for a WebSocket', async () => {
    const { text, closed } = await endOf((socket) => void refuseUpgrade(socket, 'not-found'));
    expect(text).toMatch(/^HTTP\/1\.1 404 .*"not-found"/s);
    expect(closed).toBe(true);
  });
});
