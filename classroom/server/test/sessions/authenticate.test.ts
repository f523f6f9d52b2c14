import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/sessions/authenticate.ts';
import { createSessionCookie } from '../../src/sessions/cookies.ts';
import { newToken } from '../../src/sessions/tokens.ts';

const token = newToken();
const unknown = { count: 0 };
const account = {
  id: 'a',
  name: 'anna',
  displayName: 'Anna',
  role: 'student',
  mustChangePassword: false,
  disabled: false,
  roomUid: 1,
} as const;

function setUp(admit: (request: IncomingMessage, session: string) => void = () => {}) {
  const session = { id: 's', csrfToken: newToken(), loginTimeMs: 0 };
  const find = (given: string) => Promise.resolve(given === token ? { account, session } : undefined);
  const cookie = createSessionCookie(false);
  const placeOf = () => ({ address: '10.0.0.1', mistakes: 0 });
  const parts = {
    sessions: { find },
    cookie,
    secure: false,
    placeOf,
    onUnknown: () => void (unknown.count += 1),
    allowedHosts: ['class.example'],
    admit,
  };
  const authenticate = createAuthenticate(parts);
  return (headers: Record<string, string>, method = 'GET') =>
    authenticate({ method, headers: { cookie: `rowhouse=${token}`, ...headers } } as unknown as IncomingMessage);
}

describe('who asks', () => {
  it('asks for a WebSocket by a name that is ours, as for everything else', async () => {
    const ask = setUp();
    const upgrade = { upgrade: 'websocket' };
    // A stranger's name that was pointed here: to the browser its page and this server are one.
    const rebound = { ...upgrade, host: 'evil.example', origin: 'http://evil.example' };
    await expect(ask(rebound)).rejects.toMatchObject({ code: 'foreign-host' });
    const foreign = { ...upgrade, host: 'class.example', origin: 'http://evil.example' };
    await expect(ask(foreign)).rejects.toMatchObject({ code: 'foreign-origin' });
    const own = { ...upgrade, host: 'class.example', origin: 'http://class.example' };
    await expect(ask(own)).resolves.toMatchObject({ account: { name: 'anna' } });
  });

  it('is counted by their session, once that is known', async () => {
    const admitted: string[] = [];
    const ask = setUp((_request, session) => void admitted.push(session));
    await ask({ host: 'class.example' });
    await expect(ask({ host: 'class.example', cookie: `rowhouse=${newToken()}` })).rejects.toMatchObject({
      code: 'not-signed-in',
    });
    expect(admitted).toEqual(['s']);
    expect(unknown.count).toBe(1);
  });
});
