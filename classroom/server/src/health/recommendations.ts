import type { Health } from '@rowhouse/classroom-protocol';

/** Bounds of requirement C13, and of the alarms in C11. */
const CPU_PERCENT = 80;
const MEMORY_PERCENT = 85;
const USERS_PERCENT = 90;
/** More than this many abandoned processes at once is a leak (requirement C6). */
const ABANDONED = 5;

/** What whoever runs the classroom should do, most urgent first; empty when nothing needs to be done. */
export function recommendations(
  health: Health,
  counts: { readonly queued: number; readonly abandoned: number },
): string[] {
  const { system, users, database, file_system: files, isolation, python } = health;
  const absent = Object.entries(isolation).flatMap(([name, { state }]) => (state === 'absent' ? [name] : []));
  return [
    ...(python === null ? ['No Python is installed: install python3 and start the classroom again.'] : []),
    ...(files.status === 'healthy'
      ? []
      : [`Files cannot be reached: ${files.message} Check that the disk is mounted.`]),
    ...(database.status === 'healthy' ? [] : [`Look after the database: ${database.message}`]),
    ...(system.memory_percent > MEMORY_PERCENT
      ? [`Memory is ${system.memory_percent} % used: close programs that wait, or use a machine with more memory.`]
      : []),
    ...(system.cpu_percent > CPU_PERCENT
      ? [`The processors are ${system.cpu_percent} % busy: programs run slower. Use a machine with more cores.`]
      : []),
    ...(users.utilization_percent > USERS_PERCENT
      ? [`${users.active_count} of ${users.max_allowed} people are in: more will be turned away (setting max-users).`]
      : []),
    ...(counts.queued > 0
      ? [`${counts.queued} programs wait for their turn (settings max-active-runs, memory-mib).`]
      : []),
    ...(counts.abandoned >= ABANDONED
      ? [`${counts.abandoned} programs are abandoned: lower the setting limits-abandoned-s.`]
      : []),
    ...(absent.length > 0 ? [`Walls of the rooms are missing: ${absent.join(', ')}. See docs/classroom.md.`] : []),
  ];
}
