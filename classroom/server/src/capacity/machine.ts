import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { cgroupLimits, readText, type ReadText } from './cgroup-limits.ts';
import type { MachineSize } from './tiers.ts';

/** Cores and memory that this process may use: the machine's, or what its control group allows if that is less. */
export function machineSize(read: ReadText = readText): MachineSize {
  const limits = cgroupLimits(read);
  return {
    cores: Math.min(availableParallelism(), limits.cores ?? Number.POSITIVE_INFINITY),
    memoryBytes: Math.min(totalmem(), limits.memoryBytes ?? Number.POSITIVE_INFINITY),
  };
}

/** Share of the memory that is in use, 0 to 100; of the control group where that has a limit. */
export function memoryPercent(read: ReadText = readText): number {
  const { memoryBytes, memoryUsedBytes } = cgroupLimits(read);
  if (memoryBytes !== undefined && memoryUsedBytes !== undefined && memoryBytes < totalmem())
    return percent(memoryUsedBytes / memoryBytes);
  const meminfo = read('/proc/meminfo') ?? '';
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? Number.NaN);
  const available = kib('MemAvailable') / kib('MemTotal');
  return percent(1 - (Number.isFinite(available) ? available : freemem() / totalmem()));
}

export interface CpuMeter {
  /** Share of the cores in use since the last call, or since the start, 0 to 100. */
  takePercent(): number;
}

/** Reads the kernel's own counts: of the whole machine, because a full neighbour slows us as much as ourselves. */
export function createCpuMeter(): CpuMeter {
  let last = cpuTimes();
  let lastPercent = 0;
  return {
    takePercent() {
      const now = cpuTimes();
      const total = now.total - last.total;
      if (total <= 0) return lastPercent;
      lastPercent = percent((now.busy - last.busy) / total);
      last = now;
      return lastPercent;
    },
  };
}

function cpuTimes(): { readonly busy: number; readonly total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used;
    total += used + times.idle;
  }
  return { busy, total };
}

const percent = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
