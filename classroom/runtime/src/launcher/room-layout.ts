import path from 'node:path';

/** Where a room's programs find things: places of the room's own, or, without a mount namespace, those of the machine. */
export interface RoomLayout {
  readonly programs: string;
  readonly workspace: string;
  readonly socket: string;
  /** `undefined`: matplotlib's font cache is not there (yet). */
  readonly matplotlibCache: string | undefined;
  readonly check: CheckFolders | undefined;
}

/** Folders of the machine that one room is made of. */
export interface RoomFolders {
  readonly programs: string;
  readonly workspace: string;
  /** `undefined`: the workspace already holds something else by the name of `class`. */
  readonly classFolder: string | undefined;
  /** Holds `room.sock`. */
  readonly socket: string;
  readonly matplotlibCache: string | undefined;
  /** Shown read-only at the same place: Python, where it lies outside /usr. */
  readonly python: readonly string[];
  /** Shown for the check of the layers; `undefined`: this is a student's room. */
  readonly check?: CheckFolders | undefined;
}

export interface CheckFolders {
  /** Opening what is in it is granted by Landlock. */
  readonly granted: string;
  /** It can be seen, but not opened. */
  readonly notGranted: string;
}

/** @param own the room has a mount namespace */
export function layoutOf(folders: RoomFolders, own: boolean): RoomLayout {
  if (own) {
    return {
      programs: '/opt/rowhouse',
      workspace: '/workspace',
      socket: '/run/rowhouse/room.sock',
      matplotlibCache: folders.matplotlibCache === undefined ? undefined : '/opt/matplotlib',
      check: folders.check && { granted: '/opt/check/granted', notGranted: '/opt/check/not-granted' },
    };
  }
  return {
    programs: folders.programs,
    workspace: folders.workspace,
    socket: path.join(folders.socket, 'room.sock'),
    matplotlibCache: folders.matplotlibCache,
    check: folders.check,
  };
}
