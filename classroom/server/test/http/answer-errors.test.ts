import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import type { Logger } from '@rowhouse/service';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { answerErrors } from '../../src/http/answer-errors.ts';
import { createRefusals } from '../../src/http/refusals.ts';
import { ClassroomError } from '../../src/http/errors.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start() {
  const logged: string[] = [];
  const log = { error: (_what: object, message: string) => void logged.push(message) } as unknown as Logger;
  const refusals = createRefusals();
  const app = fastify();
  const answered: string[] = [];
  app.setErrorHandler((error, request, reply) => {
    answerErrors(log, refusals)(error, request, reply);
    answered.push(request.url);
  });
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  app.put('/file', async ({ raw }) => {
    for await (const chunk of raw) void chunk;
    throw new Error('a mistake of ours');
  });
  app.get('/busy', () => Promise.reject(new ClassroomError('busy', { retryAfterS: 2 })));
  await app.listen({ host: '127.0.0.1', port: 0 });
  closers.push(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const put = async (lengthBytes: number) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`PUT /file HTTP/1.1\r\nhost: x\r\ncontent-type: a/b\r\ncontent-length: ${lengthBytes}\r\n\r\nhello`);
    await once(socket, 'connect');
    return socket;
  };
  return { app, refusals, logged, answered, put };
}

describe('what goes wrong', () => {
  it('is noted when it is a mistake of ours, and not when somebody left in the middle of a file', async () => {
    const { logged, answered, put } = await start();
    const leaving = await put(100);
    leaving.end();
    await expect.poll(() => answered.length).toBe(1);
    expect(logged).toEqual([]);
    const staying = await put(5);
    const [answer] = (await once(staying, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 500 .*"internal"/s);
    expect(logged).toEqual(['a request failed']);
  });

  it('is counted when it was only for now', async () => {
    const { app, refusals } = await start();
    const answer = await app.inject('/busy');
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
    await app.inject('/nothing');
    expect([...refusals.counts()]).toEqual([['busy', 1]]);
  });
});
