import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createConnections, type MostConnections } from '../../src/http/connections.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server at which `/SESSION` signs in, and `/wait` is not answered before it is told to. */
async function start(most: MostConnections, isProxy = () => false) {
  const refused: string[] = [];
  const connections = createConnections({ most, isProxy, onRefused: ({ code }) => refused.push(code) });
  const waiting: ServerResponse[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    if (request.url === '/wait') return void waiting.push(response);
    try {
      connections.belongs(request, request.url ?? '');
      response.end('in');
    } catch (error) {
      response.end((error as { code: string }).code);
    }
    return undefined;
  });
  connections.watch(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = async (from = '127.0.0.1') => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    socket.on('error', () => {});
    closers.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  const ask = async (socket: Socket, path: string) => {
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString();
  };
  const ended = (socket: Socket) => socket.destroyed || once(socket.resume(), 'close').then(() => true);
  return { refused, waiting, open, ask, ended };
}

describe('connections', () => {
  it('of strangers at one address are bounded: who does nothing makes room, and nobody elsewhere notices', async () => {
    const { refused, open, ask, ended } = await start({ total: 20, strangersPerAddress: 3, perSession: 2 });
    const idle = [await open(), await open(), await open()] as const;
    const elsewhere = await open('127.0.0.2');
    const late = await open();
    expect(await ask(late, '/a')).toContain('in');
    expect(await ended(idle[0])).toBe(true);
    expect(await ask(idle[1], '/b')).toContain('in');
    expect(await ask(elsewhere, '/c')).toContain('in');
    expect(refused).toEqual(['too-many-connections']);
  });

  it('are refused in words when all of the address are waiting for an answer', async () => {
    const { waiting, open, ended } = await start({ total: 20, strangersPerAddress: 2, perSession: 2 });
    const busy = [await open(), await open()] as const;
    for (const socket of busy) socket.write('GET /wait HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(2);
    const late = await open();
    const [words] = (await once(late, 'data')) as [Buffer];
    expect(words.toString()).toMatch(/^HTTP\/1.1 429 .*retry-after: \d+.*"too-many-connections"/s);
    expect(await ended(late)).toBe(true);
    for (const response of waiting) response.end('here');
    expect(((await once(busy[0], 'data')) as [Buffer])[0].toString()).toContain('here');
  });

  it('are no strangers’ once somebody has signed in over them: rooms enough behind one address are let in', async () => {
    const { refused, open, ask } = await start({ total: 1_000, strangersPerAddress: 10, perSession: 2 });
    for (let room = 0; room < 60; room += 1) expect(await ask(await open(), `/${room}`)).toContain('in');
    expect(refused).toEqual([]);
  });

  it('of one session are bounded', async () => {
    const { open, ask, ended } = await start({ total: 20, strangersPerAddress: 10, perSession: 2 });
    const [first, second, third] = [await open(), await open(), await open()] as const;
    expect(await ask(first, '/anna')).toContain('in');
    expect(await ask(second, '/anna')).toContain('in');
    expect(await ask(third, '/anna')).toContain('too-many-connections');
    expect(await ask(third, '/bert')).toContain('in');
    first.destroy();
    await ended(first);
    const fourth = await open();
    await expect.poll(async () => await ask(fourth, '/anna')).toContain('in');
  });

  it('are bounded in total', async () => {
    const { refused, open, ask, ended } = await start({ total: 2, strangersPerAddress: 10, perSession: 2 });
    const [first, second] = [await open(), await open()] as const;
    expect(await ended(await open())).toBe(true);
    expect(refused).toEqual(['too-many-connections']);
    expect(await ask(first, '/anna')).toContain('in');
    expect(await ask(second, '/bert')).toContain('in');
  });

  it('of a proxy are counted in total only', async () => {
    const { refused, open, ask } = await start({ total: 100, strangersPerAddress: 2, perSession: 1 }, () => true);
    for (let count = 0; count < 10; count += 1) expect(await ask(await open(), '/anna')).toContain('in');
    expect(refused).toEqual([]);
  });
});
