import type { HostileProgram } from '../hostile-program.ts';

/** Processes, signals and time. */
export const PROCESSES: readonly HostileProgram[] = [
  { name: 'fork-bomb', ends: ['cpu-limit', 'stopped'], notice: 'process-limit', stopAfterMs: 4_000 },
  { name: 'fork-many', ends: ['error'], notice: 'process-limit' },
  { name: 'thread-bomb', ends: ['error'], notice: 'process-limit' },
  { name: 'daemon', ends: ['finished'], says: /on its way/ },
  { name: 'stopped-children', ends: ['finished'], says: /are stopped/ },
  { name: 'zombies', ends: ['finished'], says: /held:/ },
  { name: 'pipe-holder', ends: ['finished'], says: /^done$/m },
  { name: 'kill-everyone', ends: ['finished'], says: /nobody ended me/ },
  { name: 'kill-each', ends: ['finished'], says: /nobody ended me/ },
  { name: 'kill-groups', ends: ['crashed'], says: /before/ },
  { name: 'kill-host', ends: ['finished'], says: /tried/ },
  { name: 'ignore-everything', ends: ['stopped'], stopAfterMs: 1_000, says: /catch me/ },
  { name: 'catch-interrupts', ends: ['stopped'], stopAfterMs: 1_000, says: /caught KeyboardInterrupt/ },
  { name: 'busy-loop', ends: ['cpu-limit'], says: /started/ },
  { name: 'busy-catching', ends: ['cpu-limit'] },
  { name: 'busy-multiplication', ends: ['cpu-limit'], says: /started/ },
  { name: 'busy-power', ends: ['cpu-limit', 'memory-limit', 'error'], says: /started/ },
  { name: 'busy-regex', ends: ['cpu-limit'], says: /started/ },
  { name: 'busy-children', ends: ['cpu-limit'] },
  { name: 'busy-atexit', ends: ['cpu-limit'], says: /the end/ },
  { name: 'sleep-forever', ends: ['wall-limit'], says: /good night/ },
];
