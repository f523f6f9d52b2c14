import { serverAddresses } from '@rowhouse/service';
import type { Layers } from '@rowhouse/classroom-protocol';
import type { ResolvedCapacity } from '../capacity/resolve.ts';
import { isLoopback } from '../config.ts';
import { isolationSummary } from './isolation.ts';

/** What one program said when it was ready. */
export interface ReadyProgram {
  readonly id: string;
  readonly pid: number;
}

export interface Summary {
  readonly port: number;
  readonly programs: readonly ReadyProgram[];
  readonly python: string | null;
  readonly bubblewrap: string | null;
  readonly layers: Layers | undefined;
  readonly capacity: ResolvedCapacity;
  readonly readyMs: number;
}

/** Where people find the classroom; on this machine alone it goes by the machine's own name. */
export function classroomAddresses(scheme: 'http' | 'https', host: string, port: number): string[] {
  return serverAddresses(scheme, isLoopback(host) ? 'localhost' : host, port);
}

/** One line: who runs, what the rooms are made of, for how many. */
export function healthSummary(summary: Summary): string {
  const { programs, port, python, bubblewrap, layers, capacity, readyMs } = summary;
  const who = programs.map(({ id, pid }) => `${id}${id === 'main' ? ` :${port}` : ''} (pid ${pid})`);
  const users = capacity.capacity.maxUsers;
  const what = [
    python === null ? 'no Python' : `Python ${python}`,
    bubblewrap === null ? 'no bubblewrap' : `bubblewrap ${bubblewrap}`,
    ...(layers ? [isolationSummary(layers)] : []),
    `up to ${users} ${users === 1 ? 'student' : 'students'} (${capacity.usersFrom === 'tier' ? `${capacity.tier.name} machine` : capacity.usersFrom})`,
  ];
  return `healthy: ${[...who, ...what].join(', ')}; ready in ${(readyMs / 1000).toFixed(1)} s`;
}
