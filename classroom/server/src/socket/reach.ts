import type { Room, RoomProcess, Rooms } from '@rowhouse/classroom-runtime';
import type { Accounts } from '../accounts/api.ts';
import type { AccountRecord } from '../sessions/api.ts';
import { SocketError } from './errors.ts';

/** Whose programs an account may see: its own, a teacher those of students, an administrator all. */
export interface Reach {
  /** One's own process. @throws SocketError `no-such-process`; `read-only` for one that may only be looked at */
  own(process: string): RoomProcess;
  /** One's own, or one that may be looked at. @throws SocketError `no-such-process` */
  visible(process: string): Promise<{ readonly process: RoomProcess; readonly readOnly: boolean }>;
  /** The room of a user. @throws SocketError `not-allowed` */
  roomOf(user: string | undefined): Promise<Room | undefined>;
}

/** @param account as it is now: read anew for every question */
export function createReach(account: () => AccountRecord, rooms: Rooms, accounts: Pick<Accounts, 'find'>): Reach {
  const ownRoom = () => rooms.find(account().id);
  const find = (process: string): { owner: string; process: RoomProcess } | undefined => {
    for (const room of rooms.list()) {
      const found = room.process(process);
      if (found) return { owner: room.owner.id, process: found };
    }
    return undefined;
  };
  const maySee = (owner: string) => mayLookAt(account(), owner, accounts);
  return {
    own(process) {
      const found = ownRoom()?.process(process);
      if (found) return found;
      if (account().role !== 'student' && find(process)) throw new SocketError('read-only');
      throw new SocketError('no-such-process');
    },
    async visible(process) {
      const own = ownRoom()?.process(process);
      if (own) return { process: own, readOnly: false };
      // A student learns nothing of what others run, not even that it is there.
      const found = account().role === 'student' ? undefined : find(process);
      if (!found || !(await maySee(found.owner))) throw new SocketError('no-such-process');
      return { process: found.process, readOnly: true };
    },
    async roomOf(user) {
      if (user === undefined || user === account().id) return ownRoom();
      if (!(await maySee(user))) throw new SocketError('not-allowed');
      return rooms.find(user);
    },
  };
}

/** Whether an account may look at what belongs to another one. */
export async function mayLookAt(
  who: AccountRecord,
  ownerId: string,
  accounts: Pick<Accounts, 'find'>,
): Promise<boolean> {
  if (who.id === ownerId || who.role === 'admin') return true;
  if (who.role !== 'teacher') return false;
  return (await accounts.find(ownerId))?.role === 'student';
}
