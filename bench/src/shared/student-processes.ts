import { readdirSync, readFileSync } from 'node:fs';
import { commandLine } from './processes.ts';

/** Each student's own system user is one of those from here on. */
const FIRST_UID = 200_000;
const UIDS = 65_536;

/**
 * Processes by student: the user's number, then command lines by process id.
 *
 * @param firstUid of a classroom that was given another range of users
 */
export function studentProcesses(firstUid = FIRST_UID): Map<number, Map<number, string>> {
  const students = new Map<number, Map<number, string>>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const uid = userOf(pid);
    if (uid === undefined || !isStudent(uid, firstUid)) continue;
    const own = students.get(uid) ?? new Map<number, string>();
    own.set(pid, commandLine(pid));
    students.set(uid, own);
  }
  return students;
}

export const isStudent = (uid: number, firstUid = FIRST_UID): boolean => uid >= firstUid && uid < firstUid + UIDS;

/** `undefined` when the process is gone. */
export function userOf(pid: number): number | undefined {
  try {
    return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** Groups of the classroom, and of what is in it, in any hierarchy. */
export function classroomGroups(holds: string, folder = '/sys/fs/cgroup', depth = 5): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const full = `${folder}/${entry.name}`;
    const inner = depth === 0 ? [] : classroomGroups(holds, full, depth - 1);
    return full.slice('/sys/fs/cgroup'.length).includes(holds) ? [full, ...inner] : inner;
  });
}
