import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@rowhouse/supervisor';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from '../../src/db/store.ts';
import { emptyTables, log, PASSWORD, startServer, type TestServer, whenUp } from '../http/support.ts';
import { startDatabase, type TestDatabase } from './support.ts';

let database: TestDatabase;
let server: TestServer;
const system = { account: null, ip: null };
const time = { clock: systemClock, classClock: systemClock };

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database?.dispose());
beforeEach(async () => {
  server = await startServer(database.folder);
  await emptyTables(server.store);
  return () => server.stop();
});

function started(id: string, of: string) {
  const who = { pid: 4711, startTicks: 12, bootId: 'boot' };
  return { id, account: of, kind: 'script' as const, file: 'hello.py', startedAtMs: 1_000, ...who };
}

const endedAt = { endedAtMs: 2_000, reason: 'finished', exitCode: 0, cpuMs: 12.5, peakMemoryBytes: 3e9 };

function rows(): Promise<readonly { id: string; reason: string | null }[]> {
  return server.store.query((db) => db.selectFrom('processes').select(['id', 'reason']).orderBy('id').execute());
}

async function account(): Promise<string> {
  const made = await server.http.accounts.create(system, {
    name: 'anna',
    displayName: 'Anna',
    role: 'student',
    password: PASSWORD,
    mustChangePassword: false,
  });
  return made.account.id;
}

describe('what is recorded', () => {
  it('is written soon, in order', async () => {
    const anna = await account();
    server.store.processStarted(started('one', anna));
    server.store.processEnded({ id: 'one', ...endedAt });
    server.store.processStarted({ ...started('two', anna), file: 'odd\0name.py' });
    server.store.limitReached({ account: anna, limit: 'memory-limit', message: 'Too much.', atMs: 3_000 });
    await expect.poll(rows).toEqual([
      { id: 'one', reason: 'finished' },
      { id: 'two', reason: null },
    ]);
    expect(await server.store.openProcesses()).toEqual([{ ...started('two', anna), file: 'odd\ufffdname.py' }]);
    const limits = await server.store.query((db) => db.selectFrom('limits_reached').selectAll().execute());
    expect(limits).toMatchObject([{ account: anna, limit_name: 'memory-limit' }]);
  });

  it('is not held up by a record that the database refuses', async () => {
    const anna = await account();
    server.store.processStarted(started('bad', 'nobody'));
    server.store.processStarted(started('good', anna));
    await expect.poll(rows).toEqual([{ id: 'good', reason: null }]);
    expect(server.store.status()).toMatchObject({ status: 'healthy', queued: 0, dropped: 1 });
  });

  it('keeps what a session does, the last of it', async () => {
    await server.signedIn('anna', 'student');
    const session = (await server.store.query((db) => db.selectFrom('sessions').select('id').executeTakeFirstOrThrow()))
      .id;
    for (let count = 0; count < 50; count += 1) {
      const activeProcesses = [{ id: `p${count}`, kind: 'repl', pid: count }];
      server.http.sessions.report(session, { activeProcesses, resourceUsage: { memoryBytes: count, cpuMs: count } });
    }
    server.clock.turn(5_000);
    const read = () =>
      server.store.query((db) =>
        db.selectFrom('sessions').select(['active_processes', 'resource_usage']).executeTakeFirstOrThrow(),
      );
    server.clock.turn(100);
    await expect.poll(read).toEqual({
      active_processes: [{ id: 'p49', kind: 'repl', pid: 49 }],
      resource_usage: { memoryBytes: 49, cpuMs: 49 },
    });
  });

  it('is deleted when it is very old', async () => {
    const anna = await account();
    server.store.processStarted(started('old', anna));
    server.store.processEnded({ id: 'old', ...endedAt });
    await expect.poll(rows).toHaveLength(1);
    server.clock.turn(3_600_000);
    await expect.poll(rows).toEqual([]);
  });
});

describe('a database that is away', () => {
  const postgresPid = () =>
    Number(readFileSync(join(database.places.cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);

  it('is missed by nobody who is signed in; what happens meanwhile is written when it is back', async () => {
    const anna = await account();
    const student = server.client();
    await student.signIn('anna', PASSWORD);
    const leaver = server.client();
    await leaver.signIn('anna', PASSWORD);
    const leaverCookie = leaver.cookie;
    await database.supervisor.stop();

    expect((await student.send('GET', '/api/session')).status).toBe(200);
    await expect.poll(() => server.store.status().status).toBe('degraded');
    const refused = await server.client().signIn('anna', PASSWORD);
    expect(refused.status).toBe(503);
    expect(refused.body.error.code).toBe('database-unavailable');
    expect(refused.tookMs).toBeLessThan(1_000);
    expect((await leaver.send('DELETE', '/api/session')).status).toBe(204);
    for (let count = 0; count < 500; count += 1) {
      const id = `run-${String(count).padStart(3, '0')}`;
      server.store.processStarted(started(id, anna));
      server.store.processEnded({ id, ...endedAt });
    }
    expect(server.store.status().dropped).toBe(0);
    expect(server.store.status().queued).toBeGreaterThanOrEqual(1_002);
    expect((await student.send('GET', '/api/session')).status).toBe(200);

    const again = await startDatabase(database.folder);
    database = again;
    await expect.poll(() => server.store.status(), { timeout: 10_000 }).toMatchObject({ status: 'healthy', queued: 0 });
    expect(await rows()).toHaveLength(500);
    expect((await server.client().signIn('anna', PASSWORD)).status).toBe(200);
    // Who signed out meanwhile stays out, also for a server that only knows the database.
    const next = await startServer(database.folder);
    const stranger = next.client();
    stranger.cookie = leaverCookie;
    expect((await stranger.send('GET', '/api/session')).status).toBe(401);
    await next.stop();
  });

  it('may fall silent without a word: who is signed in goes on, the rest is told within seconds', async () => {
    const student = await server.signedIn('anna', 'student');
    const pid = postgresPid();
    // All of them: each connection has a process of its own.
    const family = () => [pid, ...childrenOf(pid)];
    const stopped = family();
    for (const one of stopped) process.kill(one, 'SIGSTOP');
    try {
      expect((await student.send('GET', '/api/session')).status).toBe(200);
      const refused = await server.client().signIn('anna', PASSWORD);
      expect(refused.body.error.code).toBe('database-unavailable');
      expect(refused.tookMs).toBeLessThan(9_000);
      expect((await student.send('GET', '/api/session')).tookMs).toBeLessThan(200);
    } finally {
      for (const one of stopped) process.kill(one, 'SIGCONT');
    }
    await expect.poll(() => server.store.status().status, { timeout: 10_000 }).toBe('healthy');
    expect((await server.client().signIn('anna', PASSWORD)).status).toBe(200);
  });

  it('loses nothing that was recorded while it is killed again and again', async () => {
    const anna = await account();
    let recorded = 0;
    for (let round = 0; round < 3; round += 1) {
      const until = performance.now() + 300;
      while (performance.now() < until) {
        const id = `run-${String(recorded).padStart(5, '0')}`;
        server.store.processStarted(started(id, anna));
        recorded += 1;
        await sleep(1);
      }
      const readyBefore = database.events.filter(({ type }) => type === 'child-ready').length;
      process.kill(postgresPid(), 'SIGKILL');
      const ready = () => database.events.filter(({ type }) => type === 'child-ready').length;
      await expect.poll(ready, { timeout: 15_000 }).toBe(readyBefore + 1);
    }
    await expect
      .poll(() => server.store.status(), { timeout: 10_000 })
      .toMatchObject({ status: 'healthy', queued: 0, dropped: 0 });
    expect(await rows()).toHaveLength(recorded);
  });
});

describe('the store', () => {
  it('starts without a database, and says so', async () => {
    const store = createStore({ address: { kind: 'embedded', folder: '/nowhere' }, log, ...time });
    await expect(store.query((db) => sql`SELECT 1`.execute(db))).rejects.toMatchObject({
      code: 'database-unavailable',
    });
    await expect.poll(() => store.status().message).toContain('no such file');
    expect(store.status().status).toBe('unavailable');
    await store.close(100);
    const other = createStore({ address: { kind: 'url', url: 'postgres://127.0.0.1:1/x' }, log, ...time });
    await expect.poll(() => other.status().message).toContain('ECONNREFUSED');
    await other.close(100);
  });

  it('writes what it was told last before it closes', async () => {
    const anna = await account();
    const address = { kind: 'embedded', folder: `${database.folder}/database` } as const;
    const store = createStore({ address, log, ...time });
    await whenUp(store);
    store.processStarted(started('last', anna));
    store.processEnded({ id: 'last', ...endedAt });
    await store.close(2_000);
    expect(await rows()).toEqual([{ id: 'last', reason: 'finished' }]);
  });

  it('uses any PostgreSQL by its address', async () => {
    const { passwordFile, socketFolder } = database.places;
    const password = readFileSync(passwordFile, 'utf8');
    const url = `postgres://classroom:${password}@/classroom?host=${encodeURIComponent(socketFolder)}`;
    const store = createStore({ address: { kind: 'url', url }, log, ...time });
    await whenUp(store);
    expect(store.status()).toMatchObject({ status: 'healthy', message: 'The database answers.' });
    await store.close(1_000);
    const wrong = createStore({ address: { kind: 'url', url: url.replace(password, 'wrong') }, log, ...time });
    await expect.poll(() => wrong.status().message).toContain('password authentication failed');
    await wrong.close(100);
  });

  it('prepares the tables once, when several start at the same moment', async () => {
    await server.store.query(async (db) => {
      await sql`DROP TABLE audit, limits_reached, processes, sessions, accounts, kysely_migration, kysely_migration_lock`.execute(
        db,
      );
      await sql`DROP SEQUENCE room_uids`.execute(db);
    });
    const address = { kind: 'embedded', folder: `${database.folder}/database` } as const;
    const stores = Array.from({ length: 4 }, () => createStore({ address, log, ...time }));
    await Promise.all(stores.map(whenUp));
    const names = await server.store.query((db) =>
      sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db),
    );
    expect(names.rows).toEqual([{ name: '0001-first' }]);
    await Promise.all(stores.map((store) => store.close(1_000)));
  });
});

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
