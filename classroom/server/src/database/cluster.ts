import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Account } from '@rowhouse/service';
import { DatabaseError } from './errors.ts';
import { findLender, hasName } from './lender.ts';
import type { Programs } from './programs.ts';
import { runProgram } from './run-program.ts';
import type { DatabasePlaces } from './settings.ts';

const INIT_MS = 120_000;

/**
 * Makes the cluster unless there is one; as root, for the database's user. It is whole or not there, whenever we are ended.
 *
 * @returns whether it was made just now
 * @throws DatabaseError `ERR_DATABASE_STEP`
 */
export async function createCluster(
  programs: Programs,
  places: DatabasePlaces,
  user: Account | null,
): Promise<boolean> {
  if (existsSync(places.cluster)) return false;
  const folder = places.making;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const maker = user && makerFor(user);
  if (maker) chownSync(folder, maker.uid, maker.gid);
  const half = join(folder, 'cluster');
  const args = ['--pgdata', half, '--username', 'postgres', '--auth', 'reject', '--encoding', 'UTF8', '--locale', 'C'];
  // Segments of 1 MB rather than 16: a class writes little.
  const sizes = ['--data-checksums', '--wal-segsize', '1'];
  await runProgram(programs.initdb, [...args, ...sizes], { step: 'initdb', timeoutMs: INIT_MS, as: maker });
  if (user) {
    // First nobody but root can enter any more; then what is inside changes hands.
    chownSync(folder, 0, 0);
    chmodSync(folder, 0o700);
    giveTo(half, user);
  }
  renameSync(half, places.cluster);
  rmSync(folder, { recursive: true, force: true });
  return true;
}

/** @throws DatabaseError `ERR_DATABASE_VERSION` */
export function checkVersion(programs: Programs, { cluster }: DatabasePlaces): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (found === programs.majorVersion) return;
  throw new DatabaseError('ERR_DATABASE_VERSION', { folder: cluster, found, programs: programs.majorVersion });
}

function makerFor(user: Account): Account {
  const passwd = readFileSync('/etc/passwd', 'utf8');
  const maker = hasName(user.uid, passwd) ? user : findLender(passwd);
  if (maker) return maker;
  throw new DatabaseError('ERR_DATABASE_STEP', { step: 'initdb', reason: `user ${user.uid} has no name` });
}

function giveTo(path: string, user: Account): void {
  lchownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) giveTo(inner, user);
    else lchownSync(inner, user.uid, user.gid);
  }
}
