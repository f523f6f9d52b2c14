import type { HostileProgram } from '../hostile-program.ts';

/** Output, input, and the channel between a program and its room. */
export const STREAMS: readonly HostileProgram[] = [
  { name: 'output-print', ends: ['output-limit'] },
  { name: 'output-errors', ends: ['output-limit'] },
  { name: 'output-raw', ends: ['output-limit'] },
  { name: 'output-child', ends: ['output-limit', 'error'] },
  { name: 'output-line', ends: ['finished', 'output-limit'], says: /after the line/ },
  { name: 'output-pieces', ends: ['finished'], says: /the last line/ },
  { name: 'output-bytes', ends: ['finished'], says: /after the bytes/ },
  { name: 'output-characters', ends: ['finished'], says: /after the characters/ },
  { name: 'output-closed', ends: ['finished', 'error', 'crashed'], says: /before/ },
  { name: 'output-replaced', ends: ['finished', 'error', 'crashed'], says: /before/ },
  { name: 'channel-garbage', ends: ['finished', 'error', 'crashed'], says: /before/ },
  { name: 'channel-forged', ends: ['finished', 'error', 'crashed'], says: /before/ },
  { name: 'channel-read', ends: ['finished', 'error', 'crashed'], says: /before/ },
  { name: 'input-for-ever', ends: ['waiting-limit'], says: /What is your name/ },
  { name: 'input-flood', ends: ['cpu-limit', 'output-limit', 'wall-limit'], endInputAfterMs: 500, says: /\?/ },
  { name: 'input-many', ends: ['finished'], endInputAfterMs: 500, says: /no more input/ },
  { name: 'builtins-gone', ends: ['error', 'crashed'], says: /before/ },
  { name: 'streams-twisted', ends: ['error'], says: /before/ },
  { name: 'host-modules', ends: ['finished', 'error', 'crashed'], says: /before/ },
  { name: 'objects-twisted', ends: ['finished', 'error', 'crashed'], says: /before/ },
];
