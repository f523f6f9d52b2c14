import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePort } from '@rowhouse/service';
import { findPrograms } from '../../src/database/programs.ts';

/** A system user with a name, as PostgreSQL's own tools ask for. */
export const NOBODY = { uid: 65_534, gid: 65_534 };
const PASSWORD = 'of its own';

/** A PostgreSQL of somebody else's, as a school may have one: by TCP, with a password. */
export interface OwnPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync('/var/tmp/rowhouse-postgres-');
  chmodSync(folder, 0o755);
  const programs = findPrograms(path.join(folder, 'programs'), NOBODY);
  const passwordFile = path.join(folder, 'password');
  const cluster = path.join(folder, 'cluster');
  writeFileSync(passwordFile, PASSWORD);
  chownSync(folder, NOBODY.uid, NOBODY.gid);
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  const init = ['--username', 'school', '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--no-sync'];
  execFileSync(programs.initdb, ['--pgdata', cluster, ...init], { ...NOBODY, env, cwd: '/', stdio: 'pipe' });
  const port = await reservePort('PostgreSQL', '127.0.0.1', 0);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const child = spawn(
    programs.postgres,
    ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...NOBODY, env, cwd: '/', stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 600) throw new Error('PostgreSQL does not listen');
    await sleep(50);
  }
  return {
    url: `postgres://school:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`,
    async stop() {
      child.kill('SIGINT'); // a fast shutdown
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
