import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createProcessTable, type ProcessTable } from '@rowhouse/supervisor';
import { LaunchError } from './errors.ts';

/**
 * Claims a data folder for this process, so that two classrooms never share one: what one takes for a leftover of its
 * own earlier life would be the other's database.
 *
 * @returns gives it back
 * @throws LaunchError `ERR_LAUNCH_TAKEN`
 */
export function lockFolder(folder: string, table: ProcessTable = createProcessTable()): () => void {
  const file = path.join(folder, 'lock.json');
  const own = JSON.stringify({ pid: process.pid, ticks: table.stat(process.pid)?.startTicks, boot: table.bootId });
  const holder = read(file);
  // The same number and start within the same boot is the same process; anything else has ended.
  const lives =
    holder !== undefined &&
    holder.pid !== process.pid &&
    holder.boot === table.bootId &&
    holder.ticks !== undefined &&
    table.stat(holder.pid)?.startTicks === holder.ticks;
  if (lives) throw new LaunchError('ERR_LAUNCH_TAKEN', { folder, pid: holder.pid });
  writeFileSync(file, own, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

function read(file: string): { pid: number; ticks?: number; boot?: string } | undefined {
  try {
    const { pid, ticks, boot } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if (typeof pid !== 'number') return undefined;
    return {
      pid,
      ...(typeof ticks === 'number' ? { ticks } : {}),
      ...(typeof boot === 'string' ? { boot } : {}),
    };
  } catch {
    return undefined;
  }
}
