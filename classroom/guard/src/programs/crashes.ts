import type { HostileProgram } from '../hostile-program.ts';

/** Ends of every odd kind, and exceptions. */
export const CRASHES: readonly HostileProgram[] = [
  { name: 'exit-at-once', ends: ['error'], says: /line 199\nthe last words$/ },
  { name: 'abort', ends: ['crashed'], says: /before the abort/ },
  { name: 'segfault', ends: ['crashed'], says: /before the crash/ },
  { name: 'kill-itself', ends: ['crashed'], says: /before the kill/ },
  { name: 'floating-point', ends: ['crashed'], says: /before the division/ },
  { name: 'foreign-calls', ends: ['crashed', 'finished', 'error'] },
  { name: 'recursion', ends: ['error'], says: /RecursionError/ },
  { name: 'recursion-native', ends: ['crashed', 'memory-limit', 'error'], says: /before/ },
  { name: 'traceback-flood', ends: ['error'], says: /ValueError/ },
  { name: 'alarms', ends: ['finished'], says: /^done$/m },
  { name: 'trace-everything', ends: ['error'], says: /before/ },
  { name: 'core-dump', ends: ['finished'], says: /held: a core dump/ },
  { name: 'exception-twisted', ends: ['error'], says: /before/ },
  { name: 'exit-odd', ends: ['error', 'cpu-limit'], says: /before/ },
  { name: 'source-broken', ends: ['error'], says: /SyntaxError/ },
  { name: 'source-deep', ends: ['error', 'crashed'], says: /before/ },
];
