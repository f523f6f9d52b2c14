import type { NewAccount } from '../accounts/api.ts';

const STUDENTS = 38;

/** Everybody knows these: a demo is reachable from this machine only, unless somebody says otherwise in so many words. */
export const demoPassword = (name: string): string => `${name}-demo-1`;

const person = (name: string, displayName: string, role: NewAccount['role']): NewAccount => ({
  name,
  displayName,
  role,
  password: demoPassword(name),
  mustChangePassword: false,
});

export const DEMO_TEACHER = person('teacher', 'Demo Teacher', 'teacher');

export const DEMO_STUDENTS: readonly NewAccount[] = Array.from({ length: STUDENTS }, (_, index) => {
  const number = String(index + 1).padStart(2, '0');
  return person(`student${number}`, `Demo Student ${number}`, 'student');
});

/** Who can sign in to a demo and with what; for whoever started it. */
export function demoPeople(): readonly string[] {
  const first = DEMO_STUDENTS.at(0)?.name ?? '';
  const last = DEMO_STUDENTS.at(-1)?.name ?? '';
  return [
    `Demo: sign in as ${DEMO_TEACHER.name}, password ${demoPassword(DEMO_TEACHER.name)},`,
    `      or as ${first} to ${last}, password ${demoPassword(first)} and so on.`,
  ];
}
