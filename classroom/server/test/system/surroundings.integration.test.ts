import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { get, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryClassroom } from '../../src/commands/try.ts';
import { demoPassword } from '../../src/demo/people.ts';
import { NOBODY, type OwnPostgres, startPostgres } from './own-postgres.ts';
import { canRunAs, canRunRooms, makeDataFolder, startInVain, startSystem } from './support.ts';

/** A certificate for localhost that nobody else vouches for. */
function makeCertificate(folder: string): { readonly args: readonly string[]; readonly ca: string } {
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-out', cert, '-keyout', key], { stdio: 'pipe' });
  return { args: ['--ssl-certfile', cert, '--ssl-keyfile', key], ca: readFileSync(cert, 'utf8') };
}

describe.runIf(canRunRooms && canRunAs(NOBODY))('a classroom in surroundings of its own', () => {
  let postgres: OwnPostgres;
  const data = canRunRooms ? makeDataFolder() : undefined;
  const around = data?.around ?? '';
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    data?.remove();
    await postgres.stop();
  }, 30_000);

  it('speaks TLS with a certificate and keeps its records in another PostgreSQL', async () => {
    const { args, ca } = makeCertificate(around);
    const folder = path.join(around, 'tls');
    const system = await startSystem(folder, ['--demo', '--database-url', postgres.url, ...args]);
    const { origin } = system;
    try {
      expect(origin).toMatch(/^https:/);
      expect(existsSync(path.join(folder, 'database'))).toBe(false);
      const lines: string[] = [];
      await tryClassroom({
        origin,
        name: 'student01',
        password: demoPassword('student01'),
        newPassword: () => Promise.reject(new Error('asked')),
        print: (line) => lines.push(line),
      });
      expect(lines).toContain('  | Hello, Ada');

      const [health] = (await once(get(`${origin}/health`, { ca, agent: false }), 'response')) as [IncomingMessage];
      health.resume();
      expect(health.statusCode).toBe(200);
      // It would hold for every port of this host.
      expect(health.headers['strict-transport-security']).toBeUndefined();
      const json = { origin, 'content-type': 'application/json' };
      const signIn = request(`${origin}/api/session`, { ca, agent: false, method: 'POST', headers: json });
      signIn.end(JSON.stringify({ name: 'teacher', password: demoPassword('teacher') }));
      const [signedIn] = (await once(signIn, 'response')) as [IncomingMessage];
      signedIn.resume();
      expect(signedIn.headers['set-cookie']?.[0]).toMatch(/^__Host-rowhouse=.*; HttpOnly; SameSite=Strict; Secure$/);
      await expect(fetch(`${origin.replace('https', 'http')}/health`)).rejects.toThrow();
    } finally {
      expect(await system.stop()).toBe(0);
    }
  }, 60_000);

  it('refuses a class where students could reach each other, unless told to take it', async () => {
    const home = path.join(around, 'nobody');
    mkdirSync(home);
    chownSync(home, NOBODY.uid, NOBODY.gid);
    const as = { ...NOBODY, env: { PATH: '/usr/bin:/bin', HOME: home, XDG_RUNTIME_DIR: home } };
    const folder = path.join(home, 'data');
    const common = ['--database-url', postgres.url, '--max-users', '2'];
    const refused = await startInVain(['--port', '0', '--data-folder', folder, ...common], as);
    expect(refused.code).toBe(1);
    const [said, ...more] = refused.text.split('\n').filter((line) => line.startsWith('rowhouse: '));
    expect(said).toMatch(
      /students could reach each other here \(absent: own-uid.*\), so it does not start for 2 of them/,
    );
    expect(said).toContain('--allow-weak-isolation true');
    expect(more).toEqual([]);
    expect(refused.text).not.toContain('    at ');
    const system = await startSystem(folder, [...common, '--allow-weak-isolation', 'true'], as);
    expect(system.lines.join('\n')).toContain('own-uid absent');
    expect(await system.stop()).toBe(0);
  }, 60_000);

  it('says in one line that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, text } = await startInVain(['--port', String(port), '--data-folder', path.join(around, 'taken')]);
    other.close();
    expect([code, text]).toEqual([
      1,
      `rowhouse: the classroom cannot listen on 127.0.0.1:${port}: the port is in use\n`,
    ]);
    expect(existsSync(path.join(around, 'taken'))).toBe(false);
  });
});
