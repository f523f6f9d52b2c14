import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from '@rowhouse/classroom-protocol';
import type { Rooms } from '@rowhouse/classroom-runtime';
import { systemClock } from '@rowhouse/supervisor';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
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
  const gateway = createGateway({
    rooms,
    accounts: { find: () => Promise.resolve(undefined) },
    authenticate: ({ headers }) => {
      const id = String(headers.cookie);
      const rest = { name: id, displayName: id, role: 'student', mustChangePassword: false, disabled: false } as const;
      const account = { id, roomUid: 1, createdAtMs: 0, lastLoginAtMs: null, ...rest };
      return Promise.resolve({ account, session: { id: `s-${id}`, csrfToken: '', loginTimeMs: 0 } });
    },
    sessions: { onEnded: () => () => {}, touch: () => {}, report: () => {}, activeCount: () => 0 },
    ownerOf: ({ id }) => ({ id, uid: 200_001 }),
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
  const page = async (cookie: string) => {
    const heard: ServerMessage[] = [];
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, {
      headers: { cookie },
    });
    closers.push(() => socket.terminate());
    socket.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString()) as ServerMessage));
    await once(socket, 'open');
    const say = (message: ClientMessage) => socket.send(JSON.stringify(message));
    say({ type: 'hello', protocol: PROTOCOL_VERSION });
    const types = () => heard.map(({ type }) => type);
    await expect.poll(types).toContain('welcome');
    return { heard, types, say };
  };
  return { gateway, page };
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
});
