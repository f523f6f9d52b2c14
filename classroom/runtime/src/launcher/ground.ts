import type { LayerName, Limits } from '@rowhouse/classroom-protocol';
import type { Bubblewrap } from './bubblewrap.ts';
import type { Folders, Owner } from './folders.ts';
import type { Groups } from './groups/index.ts';
import type { SystemFolder } from './machine.ts';
import type { Processes } from './processes.ts';
import type { Python } from './python.ts';

/** What there is to make rooms of; found out once, at start. */
export interface Ground {
  readonly folders: Folders;
  readonly socketFolder: string;
  readonly python: Python;
  /** `undefined`: rooms are processes of another user, with the walls that a process sets up for itself. */
  readonly bubblewrap: Bubblewrap | undefined;
  readonly groups: Groups | undefined;
  readonly system: readonly SystemFolder[];
  readonly processes: Processes;
  readonly limits: Limits;
  readonly without: ReadonlySet<LayerName>;
  /** Given to rooms when the empty environment is left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** Who owns the sockets of rooms. */
  readonly server: Owner;
  /** The user that a room of this uid runs as; `undefined`: as this process. */
  userOf(uid: number): Owner | undefined;
  /** Every student has a uid that nobody else has. */
  readonly ownUids: boolean;
}
