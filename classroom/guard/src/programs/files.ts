import type { HostileProgram } from '../hostile-program.ts';

/** The disk, names, links, and files that are none. */
export const FILES: readonly HostileProgram[] = [
  { name: 'disk-fill', ends: ['disk-limit', 'error'], says: /writing/ },
  { name: 'disk-one-file', ends: ['error', 'disk-limit'], notice: 'file-size-limit' },
  { name: 'disk-many-files', ends: ['disk-limit', 'error'], says: /writing/ },
  { name: 'disk-many-files-fast', ends: ['finished', 'disk-limit', 'error'] },
  { name: 'disk-sparse', ends: ['error'], notice: 'file-size-limit' },
  { name: 'disk-deep', ends: ['finished'], says: /made/ },
  { name: 'disk-odd-names', ends: ['finished'], says: /made/ },
  { name: 'tmp-fill', ends: ['error', 'memory-limit'], says: /writing/ },
  { name: 'delete-everything', ends: ['finished'], says: /held: the system is there/ },
  { name: 'lock-itself-out', ends: ['finished'], says: /locked/ },
  { name: 'fifo', ends: ['finished'], says: /made/ },
  { name: 'sockets-as-files', ends: ['finished', 'error'] },
  { name: 'links-outside', ends: ['finished'], says: /made/ },
  { name: 'rename-race', ends: ['finished'], says: /held: saved outside: \[\]/ },
  { name: 'save-race', ends: ['finished'], says: /held: nothing outside/ },
  { name: 'device-nodes', ends: ['finished'], says: /held: memory/ },
  { name: 'hard-links', ends: ['finished'] },
  { name: 'system-write', ends: ['finished'], says: /held: write \/usr\/x/ },
  { name: 'class-folder', ends: ['finished'], says: /held: a new file/ },
  { name: 'neighbours', ends: ['finished'], says: /held:/ },
  { name: 'import-race', ends: ['finished'], says: /made/ },
  { name: 'locale-and-paths', ends: ['finished'], says: /set/ },
];
