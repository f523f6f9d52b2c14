import { readFileSync } from 'node:fs';

/** What a control group allows; `undefined`: no bound below that of the machine. */
export interface CgroupLimits {
  readonly cores: number | undefined;
  readonly memoryBytes: number | undefined;
  /** What the group uses now, counted against the limit: without caches that can be dropped. */
  readonly memoryUsedBytes: number | undefined;
}

/** Reads a file; `undefined` when it cannot be read. */
export type ReadText = (file: string) => string | undefined;

export const readText: ReadText = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** Version 1 writes "no limit" as a number near 2^63. */
const UNLIMITED = 2 ** 60;

/**
 * The bounds of this process's own control groups and of those above them, version 2 and version 1.
 *
 * @param read reads a file of /proc and /sys
 */
export function cgroupLimits(read: ReadText = readText): CgroupLimits {
  const own = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const v2 = own.find(([hierarchy]) => hierarchy === '0')?.[2];
  const v1 = (controller: string) => own.find(([, names]) => names?.split(',').includes(controller))?.[2];
  const cores: number[] = [];
  const memory: { limit: number; used: number | undefined }[] = [];
  for (const folder of folders('/sys/fs/cgroup', v2)) {
    const [quota, period] = (read(`${folder}/cpu.max`) ?? '').trim().split(' ').map(Number);
    if (quota !== undefined && period !== undefined && quota > 0 && period > 0) cores.push(quota / period);
    const limit = number(read(`${folder}/memory.max`));
    if (limit !== undefined)
      memory.push({ limit, used: used(read, `${folder}/memory.current`, `${folder}/memory.stat`) });
  }
  for (const folder of folders('/sys/fs/cgroup/cpu', v1('cpu'))) {
    const quota = number(read(`${folder}/cpu.cfs_quota_us`));
    const period = number(read(`${folder}/cpu.cfs_period_us`));
    if (quota !== undefined && period !== undefined && quota > 0 && period > 0) cores.push(quota / period);
  }
  for (const folder of folders('/sys/fs/cgroup/memory', v1('memory'))) {
    const limit = number(read(`${folder}/memory.limit_in_bytes`));
    if (limit !== undefined && limit < UNLIMITED)
      memory.push({ limit, used: used(read, `${folder}/memory.usage_in_bytes`, `${folder}/memory.stat`) });
  }
  const tightest = memory.toSorted((a, b) => a.limit - b.limit)[0];
  return {
    cores: cores.length === 0 ? undefined : Math.min(...cores),
    memoryBytes: tightest?.limit,
    memoryUsedBytes: tightest?.used,
  };
}

/** The group's folder and all above it; a container sees its own group at the root. */
function folders(mount: string, group: string | undefined): string[] {
  const parts = (group ?? '').split('/').filter((part) => part !== '' && part !== '..');
  return [mount, ...parts.map((_part, index) => `${mount}/${parts.slice(0, index + 1).join('/')}`)];
}

function used(read: ReadText, usageFile: string, statFile: string): number | undefined {
  const usage = number(read(usageFile));
  if (usage === undefined) return undefined;
  const stat = read(statFile) ?? '';
  const inactive = /^(?:total_)?inactive_file (\d+)$/m.exec(stat)?.[1];
  return Math.max(0, usage - Number(inactive ?? 0));
}

function number(text: string | undefined): number | undefined {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isSafeInteger(value) || value > UNLIMITED ? value : undefined;
}
