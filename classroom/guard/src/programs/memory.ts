import type { HostileProgram } from '../hostile-program.ts';

/** Memory, and what the kernel keeps on behalf of a program. */
export const MEMORY: readonly HostileProgram[] = [
  { name: 'memory-list', ends: ['memory-limit'], says: /growing/ },
  { name: 'memory-bytes', ends: ['memory-limit', 'error'], says: /growing/ },
  { name: 'memory-mapped', ends: ['memory-limit'], says: /growing/ },
  { name: 'memory-children', ends: ['memory-limit'], says: /waiting/ },
  { name: 'memory-shared', ends: ['memory-limit', 'error'], says: /growing/ },
  { name: 'memory-nameless', ends: ['memory-limit', 'error'], says: /growing/ },
  { name: 'memory-pipes', ends: ['finished', 'memory-limit'], says: /growing/ },
  { name: 'memory-pickle', ends: ['memory-limit', 'cpu-limit', 'error'], says: /growing/ },
  { name: 'memory-format', ends: ['memory-limit', 'error'], says: /growing/ },
  { name: 'open-files', ends: ['error'], notice: 'open-files-limit', says: /Too many open files/ },
  { name: 'open-files-in-flight', ends: ['finished', 'memory-limit'] },
  { name: 'kernel-objects', ends: ['finished'], says: /timers/ },
];
