import { LauncherError } from './errors.ts';
import type { LauncherRooms } from './rooms.ts';

/** Answers in place of rooms where there is no Python, so that the server can say so. */
export function withoutRooms(reason: string): LauncherRooms {
  const none = (): never => {
    throw new LauncherError('ERR_LAUNCHER_PYTHON', { reason });
  };
  return {
    open: async () => none(),
    place: none,
    endRun: async () => none(),
    close: async () => none(),
    usage: async () => [],
    closeAll: async () => {},
  };
}
