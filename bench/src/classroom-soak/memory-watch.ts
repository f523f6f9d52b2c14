import { readFileSync } from 'node:fs';
import { commandLine, family } from '../shared/processes.ts';
import { type Programs, PROGRAMS } from './server-programs.ts';

const LOOK_MS = 500;
const MIB = 2 ** 20;

/**
 * The least memory that each program had of its own. A heap swings by megabytes between two collections; what it never
 * goes below is what it needs, and that is what a leak lifts.
 */
export interface MemoryWatch {
  /** Since the last call. Of `postgres`: its own processes, without those of connections. */
  takeLeastMib(): Readonly<Record<keyof Programs, number>>;
  stop(): void;
}

export function watchMemory(programs: Programs): MemoryWatch {
  const nothing = () => ({
    supervisor: Infinity,
    launcher: Infinity,
    main: Infinity,
    database: Infinity,
    postgres: Infinity,
  });
  let least = nothing();
  const look = () => {
    for (const name of PROGRAMS) {
      const pids = name === 'postgres' ? postgresOwn(programs.postgres) : [programs[name]];
      least[name] = Math.min(least[name], pids.reduce((sum, pid) => sum + ownBytes(pid), 0) / MIB);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    takeLeastMib() {
      look();
      const taken = least;
      least = nothing();
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

/** Those of connections and of passing work come and go. */
function postgresOwn(postmaster: number): number[] {
  return family(postmaster).filter((pid) => !/^postgres: (?:classroom |autovacuum worker)/.test(commandLine(pid)));
}

function ownBytes(pid: number): number {
  try {
    return Number(/^Pss_Anon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1024;
  } catch {
    return 0; // gone meanwhile
  }
}
