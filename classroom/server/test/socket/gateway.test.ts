import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from '@rowhouse/classroom-protocol';
import type { Rooms } from '@rowhouse/classroom-runtime';
import { systemClock } from '@rowhouse/supervisor';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createRefusals } from '../../src/http/refusals.ts';
import { createGateway } from '../../src/socket/gateway.ts';
import { log } from '../http/support.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A gateway at which everybody is who the cookie says, and no room ever opens. */
async function openGateway() {
  const rooms = {
    python: '3',
    find: () => undefined,
    open: () => new Promise<never>(() => {}),
  } as Partial<Rooms> as Rooms;
  const refusals = createRefusals();
  const gateway = createGateway({
    rooms,
    accounts: { find: () => Promise.resolve(undefined) },
    authenticate: ({ headers }) => {
      const id = String(headers.cookie);
      const rest = { name: id, displayName: id, role: 'student', mustChangePassword: false, disabled: false } as const;
      const account = { id, roomUid: 1, createdAtMs: 0, lastLoginAtMs: null, ...rest };
      return Promise.resolve({ account, session: { id: `s-${id}`, csrfToken: '', loginTimeMs: 0 } });
    },
    refusals,
    sessions: { onEnded: () => () => {}, touch: () => {}, report: () => {}, activeCount: () => 0 },
    ownerOf: ({ id }) => ({ id, uid: 200_001 }),
    audit: () => {},
    clock: systemClock,
    log,
  });
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  await once(server, 'listening');
  closers.push(() => {
    gateway.close();
    server.close();
  });
  const connect = (cookie: string) => {
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, {
      headers: { cookie },
    });
    closers.push(() => socket.terminate());
    return socket;
  };
  /** One that never says goodbye, as pages that mean well do. */
  const knock = async (cookie: string) => {
    const socket = connect(cookie);
    socket.on('error', () => {});
    const opened = once(socket, 'open').then(() => {
      socket.pause();
      return 'open' as const;
    });
    const refused = once(socket, 'unexpected-response').then(([, response]) => {
      const { statusCode, headers } = response as IncomingMessage;
      return { status: statusCode, retryAfter: headers['retry-after'] };
    });
    return Promise.race([opened, refused]);
  };
  const page = async (cookie: string) => {
    const heard: ServerMessage[] = [];
    const socket = connect(cookie);
    socket.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString()) as ServerMessage));
    await once(socket, 'open');
    const say = (message: ClientMessage) => socket.send(JSON.stringify(message));
    say({ type: 'hello', protocol: PROTOCOL_VERSION });
    const types = () => heard.map(({ type }) => type);
    await expect.poll(types).toContain('welcome');
    return { socket, heard, types, say };
  };
  return { gateway, refusals, page, knock };
}

describe('the gateway', () => {
  it('tells every page of a person what is to become of a program that none of them looks at', async () => {
    const { gateway, page } = await openGateway();
    const [first, second, other] = [await page('anna'), await page('anna'), await page('ben')];
    gateway.tell('anna', { type: 'abandon-warning', process: 'p1', inMs: 60_000 });
    for (const { heard, types } of [first, second]) {
      await expect.poll(types).toContain('abandon-warning');
      expect(heard.at(-1)).toEqual({ type: 'abandon-warning', process: 'p1', inMs: 60_000 });
    }
    // What was said after it has come, and it has not.
    other.say({ type: 'list', requestId: 'r' });
    await expect.poll(other.types).toContain('processes');
    expect(other.types()).not.toContain('abandon-warning');
  });

  it('has room for 16 pages of a browser; the oldest makes room for one more', async () => {
    const { gateway, page } = await openGateway();
    const first = await page('anna');
    for (let count = 1; count < 16; count += 1) await page('anna');
    const other = await page('ben');
    expect(gateway.connections).toBe(17);
    const closed = once(first.socket, 'close');
    await page('anna');
    expect((await closed)[0]).toBe(1008);
    await expect.poll(() => gateway.connections).toBe(17);
    other.say({ type: 'list', requestId: 'r' });
    await expect.poll(other.types).toContain('processes');
  });

  it('tells who opens pages faster than they close to wait', async () => {
    const { gateway, refusals, knock } = await openGateway();
    const answers = await Promise.all(Array.from({ length: 60 }, () => knock('anna')));
    expect(gateway.connections).toBeLessThanOrEqual(32);
    const refused = answers.filter((answer) => answer !== 'open');
    expect(refused.length).toBeGreaterThan(20);
    for (const answer of refused) expect(answer).toMatchObject({ status: 429, retryAfter: '5' });
    expect([...refusals.counts()]).toEqual([['too-many-connections', refused.length]]);
  });
});
