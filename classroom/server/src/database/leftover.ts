import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProcessTable, type ProcessTable } from '@rowhouse/supervisor';
import { DatabaseError } from './errors.ts';
import { type DatabasePlaces, SOCKET_PORT } from './settings.ts';

/** A fast shutdown writes a checkpoint; then an immediate one; then the kernel's. */
const STEPS = [
  { signal: 'SIGINT', waitMs: 8_000 },
  { signal: 'SIGQUIT', waitMs: 3_000 },
  { signal: 'SIGKILL', waitMs: 3_000 },
] as const;
const CHECK_MS = 20;

/**
 * Ends the database that an earlier life of ours left running, and removes its lock files: those of a process that was
 * killed name nobody, or somebody who has its number by chance, or a dead process that nobody has collected yet; the
 * last two would keep PostgreSQL from starting. Call as the database's user.
 *
 * @returns what was found; `undefined`: nothing
 * @throws DatabaseError `ERR_DATABASE_TAKEN` when it cannot be ended
 */
export async function endLeftover(places: DatabasePlaces, table = createProcessTable()): Promise<string | undefined> {
  const lock = join(places.cluster, 'postmaster.pid');
  const pid = lockedBy(lock);
  const ended = pid !== undefined && (await endPostgres(places.cluster, pid, table));
  const socketLock = `.s.PGSQL.${SOCKET_PORT}.lock`;
  for (const file of [lock, join(places.socketFolder, socketLock), join(places.home, socketLock)])
    rmSync(file, { force: true });
  if (ended) return `a database of an earlier life, process ${pid}`;
  return pid === undefined ? undefined : 'a lock file of an earlier life';
}

/** @returns whether there was one */
async function endPostgres(cluster: string, pid: number, table: ProcessTable): Promise<boolean> {
  const startTicks = postgresIn(cluster, pid, table);
  if (startTicks === undefined) return false;
  const lives = () => postgresIn(cluster, pid, table) === startTicks;
  for (const { signal, waitMs } of STEPS) {
    if (!lives()) return true;
    try {
      // The number was verified in the statement before: it is PostgreSQL, in this cluster.
      process.kill(pid, signal);
    } catch {
      break; // not permitted, or gone
    }
    for (let waitedMs = 0; waitedMs < waitMs && lives(); waitedMs += CHECK_MS) await sleep(CHECK_MS);
  }
  if (lives()) throw new DatabaseError('ERR_DATABASE_TAKEN', { pid });
  return true;
}

function lockedBy(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return Number.isSafeInteger(pid) && pid > 1 && pid !== process.pid ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** When the process began, if it is PostgreSQL in that cluster. Its working folder is the cluster's. */
function postgresIn(cluster: string, pid: number, table: ProcessTable): number | undefined {
  try {
    const { startTicks, state } = table.stat(pid) ?? {};
    if (state === 'Z' || state === 'X') return undefined;
    const isOurs = readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    // The file may have been replaced by a newer one meanwhile: the link then ends in " (deleted)".
    const isPostgres = basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres');
    return isOurs && isPostgres ? startTicks : undefined;
  } catch {
    return undefined;
  }
}
