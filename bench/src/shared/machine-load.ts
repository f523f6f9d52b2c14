import os from 'node:os';
import { readFileSync } from 'node:fs';

/** How busy the machine was since the watch began. */
export interface LoadWatch {
  /** How many of its cores were in use. */
  cores(): number;
  cpuPercent(): number;
  memoryPercent(): number;
}

export function watchLoad(): LoadWatch {
  const start = cpuTimes();
  const share = () => {
    const now = cpuTimes();
    return (now.busyMs - start.busyMs) / Math.max(1, now.allMs - start.allMs);
  };
  return {
    cores: () => share() * os.cpus().length,
    cpuPercent: () => 100 * share(),
    memoryPercent() {
      const available = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
      return 100 * (1 - (Number(available) * 1024) / os.totalmem());
    },
  };
}

function cpuTimes(): { busyMs: number; allMs: number } {
  let busyMs = 0;
  let allMs = 0;
  for (const { times } of os.cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    allMs += all;
    busyMs += all - times.idle;
  }
  return { busyMs, allMs };
}
