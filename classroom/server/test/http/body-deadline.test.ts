import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { addBodyDeadline } from '../../src/http/body-deadline.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server whose deadline passes when the test says so. */
async function start() {
  const due = new Set<() => void>();
  const app = fastify();
  addBodyDeadline(app, (_ms, then) => {
    due.add(then);
    return () => void due.delete(then);
  });
  app.post('/small', async () => 'taken');
  app.post('/large', { config: { largeBody: true } }, async () => 'taken');
  await app.listen({ host: '127.0.0.1', port: 0 });
  closers.push(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const { port } = app.server.address() as AddressInfo;
  const send = (path: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\nnu`);
    return socket;
  };
  return { due, send };
}

describe('a body that does not come', () => {
  it('is not waited for', async () => {
    const { due, send } = await start();
    const socket = send('/small');
    await expect.poll(() => due.size).toBe(1);
    for (const pass of due) pass();
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 408 .*"timed-out"/s);
    await once(socket.resume(), 'close');
  });

  it('has its time when it comes after all, or is a file', async () => {
    const { due, send } = await start();
    const small = send('/small');
    await expect.poll(() => due.size).toBe(1);
    small.write('ll');
    expect(((await once(small, 'data')) as [Buffer])[0].toString()).toContain('taken');
    await expect.poll(() => due.size).toBe(0);
    const large = send('/large');
    large.write('ll');
    expect(((await once(large, 'data')) as [Buffer])[0].toString()).toContain('taken');
    expect(due.size).toBe(0);
    for (const socket of [small, large]) socket.destroy();
  });
});
