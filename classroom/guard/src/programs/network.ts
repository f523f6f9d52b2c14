import type { HostileProgram } from '../hostile-program.ts';

/** Sockets of every kind. */
export const NETWORK: readonly HostileProgram[] = [
  { name: 'network', ends: ['finished'], says: /held: connect to 169.254.169.254:80/ },
  { name: 'network-listen', ends: ['finished', 'error'] },
  { name: 'sockets-raw', ends: ['finished'], says: /held: packet/ },
  { name: 'sockets-local', ends: ['finished'], says: /held: connect to \/run\/rowhouse\/room.sock/ },
];
