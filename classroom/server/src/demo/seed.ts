import type { Accounts } from '../accounts/api.ts';
import { DEMO_STUDENTS, DEMO_TEACHER } from './people.ts';

/** The classroom has people of its own. */
export class NotADemoError extends Error {
  override readonly name = 'NotADemoError';

  constructor() {
    super('--demo fills an empty classroom, and this one has accounts of its own; use another --data-folder');
  }
}

/**
 * Fills an empty classroom with its people; leaves one that was filled before as it is.
 *
 * @returns whether it was empty
 * @throws NotADemoError when there are other people in it; ClassroomError `database-unavailable`
 */
export async function seedPeople(accounts: Accounts): Promise<boolean> {
  if (await accounts.isEmpty()) {
    await accounts.createMany({ account: null, ip: null }, [DEMO_TEACHER, ...DEMO_STUDENTS]);
    return true;
  }
  const teacher = await accounts.findByName(DEMO_TEACHER.name);
  if (teacher?.displayName !== DEMO_TEACHER.displayName) throw new NotADemoError();
  return false;
}
