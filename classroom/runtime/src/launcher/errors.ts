import { CataloguedError, type ErrorCatalogue } from '@rowhouse/service';

interface ErrorDetails {
  ERR_LAUNCHER_SETTINGS: { readonly reason: string };
  ERR_LAUNCHER_FOLDER: { readonly folder: string; readonly reason: string };
  ERR_LAUNCHER_PYTHON: { readonly reason: string };
  ERR_LAUNCHER_REQUEST: { readonly reason: string };
  ERR_LAUNCHER_ROOM_OPEN: { readonly room: string };
  ERR_LAUNCHER_NO_ROOM: { readonly room: string };
  ERR_LAUNCHER_UID: { readonly uid: number; readonly reason: string };
  ERR_LAUNCHER_SOCKET: { readonly socket: string; readonly reason: string };
  ERR_LAUNCHER_SPAWN: { readonly room: string; readonly reason: string };
  ERR_LAUNCHER_PLACE: { readonly room: string; readonly pid: number; readonly reason: string };
  ERR_LAUNCHER_NO_RUN: { readonly room: string; readonly spare: number };
  ERR_LAUNCHER_STOPPING: Record<string, never>;
  /** Of the client: the launcher is gone, and with it every room. */
  ERR_LAUNCHER_LOST: { readonly reason: string };
  ERR_LAUNCHER_INTERNAL: { readonly reason: string };
}

/** Stable codes, meant to be matched by callers; the wording of messages may change. */
export type LauncherErrorCode = keyof ErrorDetails;

const messages: ErrorCatalogue<ErrorDetails> = {
  ERR_LAUNCHER_SETTINGS: (d) => `the launcher's settings are not usable: ${d.reason}`,
  ERR_LAUNCHER_FOLDER: (d) => `the folder ${d.folder} cannot be used for rooms: ${d.reason}`,
  ERR_LAUNCHER_PYTHON: (d) => `there is no Python for rooms: ${d.reason}`,
  ERR_LAUNCHER_REQUEST: (d) => `not a request: ${d.reason}`,
  ERR_LAUNCHER_ROOM_OPEN: (d) => `the room of ${d.room} is open already`,
  ERR_LAUNCHER_NO_ROOM: (d) => `there is no open room of ${d.room}`,
  ERR_LAUNCHER_UID: (d) => `uid ${d.uid}: ${d.reason}`,
  ERR_LAUNCHER_SOCKET: (d) => `socket ${d.socket}: ${d.reason}`,
  ERR_LAUNCHER_SPAWN: (d) => `the room of ${d.room} could not be started: ${d.reason}`,
  ERR_LAUNCHER_PLACE: (d) => `process ${d.pid} of the room of ${d.room} is not placed: ${d.reason}`,
  ERR_LAUNCHER_NO_RUN: (d) => `the room of ${d.room} has no run ${d.spare}`,
  ERR_LAUNCHER_STOPPING: () => 'the launcher is stopping',
  ERR_LAUNCHER_LOST: (d) => `the launcher is gone: ${d.reason}`,
  ERR_LAUNCHER_INTERNAL: (d) => `the launcher failed: ${d.reason}`,
};

/** Every error of the launcher: a stable `code` and the figures behind the message. */
export class LauncherError<C extends LauncherErrorCode = LauncherErrorCode> extends CataloguedError<ErrorDetails, C> {
  override readonly name = 'LauncherError';

  constructor(code: C, details: ErrorDetails[C]) {
    super(messages, code, details);
  }
}

/** What the server was answered: the launcher's own code and sentence. */
export class LauncherRefusal extends Error {
  override readonly name = 'LauncherRefusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
