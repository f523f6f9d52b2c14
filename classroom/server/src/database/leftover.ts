import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProcessTable, type ProcessTable } from '@rowhouse/supervisor';
import { DatabaseError } from './errors.ts';

/** A fast shutdown writes a checkpoint; then an immediate one; then the kernel's. */
const STEPS = [
  { signal: 'SIGINT', waitMs: 8_000 },
  { signal: 'SIGQUIT', waitMs: 3_000 },
  { signal: 'SIGKILL', waitMs: 3_000 },
] as const;
const CHECK_MS = 20;

/**
 * Ends the database that an earlier life of ours left running in this cluster, and removes a lock file that names
 * nobody, or a process that has its number by chance. Call as the database's user.
 *
 * @returns what was found; `undefined`: nothing
 * @throws DatabaseError `ERR_DATABASE_TAKEN` when it cannot be ended
 */
export async function endLeftover(cluster: string, table = createProcessTable()): Promise<string | undefined> {
  const file = join(cluster, 'postmaster.pid');
  const pid = lockedBy(file);
  if (pid === undefined) return undefined;
  const startTicks = postgresIn(cluster, pid, table);
  if (startTicks === undefined) {
    rmSync(file, { force: true });
    return 'a lock file of an earlier life';
  }
  const lives = () => postgresIn(cluster, pid, table) === startTicks;
  for (const { signal, waitMs } of STEPS) {
    if (!lives()) return `a database of an earlier life, process ${pid}`;
    try {
      // The number was verified in the statement before: it is PostgreSQL, in this cluster.
      process.kill(pid, signal);
    } catch {
      break; // not permitted, or gone
    }
    for (let waitedMs = 0; waitedMs < waitMs && lives(); waitedMs += CHECK_MS) await sleep(CHECK_MS);
  }
  if (lives()) throw new DatabaseError('ERR_DATABASE_TAKEN', { pid });
  return `a database of an earlier life, process ${pid}`;
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
