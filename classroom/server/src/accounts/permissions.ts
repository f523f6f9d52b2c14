import type { Role } from '@rowhouse/classroom-protocol';
import { ClassroomError } from '../http/errors.ts';
import type { Actor } from './api.ts';

/** Teachers act on students, admins and the command line on everyone. @throws ClassroomError `not-allowed` */
export function requireMayActOn({ account }: Actor, role: Role): void {
  if (account === null || account.role === 'admin') return;
  if (account.role === 'teacher' && role === 'student') return;
  throw new ClassroomError('not-allowed');
}

/** Admins and the command line. @throws ClassroomError `not-allowed` */
export function requireAdmin({ account }: Actor): void {
  if (account !== null && account.role !== 'admin') throw new ClassroomError('not-allowed');
}

/** @throws ClassroomError `not-allowed` */
export function requireStaff({ account }: Actor): void {
  if (account?.role === 'student') throw new ClassroomError('not-allowed');
}
