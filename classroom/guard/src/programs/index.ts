import type { HostileProgram } from '../hostile-program.ts';
import { CRASHES } from './crashes.ts';
import { FILES } from './files.ts';
import { MEMORY } from './memory.ts';
import { NETWORK } from './network.ts';
import { PROCESSES } from './processes.ts';
import { RIGHTS } from './rights.ts';
import { STREAMS } from './streams.ts';

/** All of them, those of one kind together. */
export const HOSTILE_PROGRAMS: readonly HostileProgram[] = [
  ...PROCESSES,
  ...CRASHES,
  ...MEMORY,
  ...FILES,
  ...RIGHTS,
  ...NETWORK,
  ...STREAMS,
];
