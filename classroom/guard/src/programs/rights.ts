import type { HostileProgram } from '../hostile-program.ts';

/** Rights, other processes, and the kernel. */
export const RIGHTS: readonly HostileProgram[] = [
  { name: 'setuid', ends: ['finished'], says: /held: setuid 0/ },
  { name: 'capabilities', ends: ['finished'], says: /held: capset/ },
  { name: 'environment', ends: ['finished'], says: /held: the word/ },
  { name: 'proc-walk', ends: ['finished'], says: /held: write the memory of 1/ },
  { name: 'ptrace', ends: ['finished'], says: /held: be traced/ },
  { name: 'memory-of-others', ends: ['finished', 'error'], says: /held: read 1/ },
  { name: 'namespaces', ends: ['finished'], says: /held: unshare user/ },
  { name: 'mounts', ends: ['finished'], says: /held: mount a tmpfs/ },
  { name: 'kernel-doors', ends: ['finished'], says: /held: bpf/ },
  { name: 'execute-nameless', ends: ['finished'], says: /held: is root/ },
  { name: 'limits-raise', ends: ['finished'], says: /held: raise NOFILE/ },
  { name: 'limits-of-others', ends: ['finished'], says: /held: limit the open files of 1 / },
  { name: 'cgroups', ends: ['finished'], says: /held: the cgroups can be written/ },
  { name: 'kernel-settings', ends: ['finished'], says: /held: kernel\/core_pattern/ },
  { name: 'shared-things', ends: ['finished'], says: /held:/ },
];
