import { access, constants } from 'node:fs/promises';
import { systemReason } from '@rowhouse/service';
import type { Clock } from '@rowhouse/supervisor';

const LOOK_MS = 5000;
/** A network file system that hangs answers nothing at all. */
const SLOW_MS = 3000;

export interface FileSystemWatch {
  state(): { readonly ok: boolean; readonly message: string };
  stop(): void;
}

/** Looks now and then whether the folder of the workspaces is there; one look at a time, however long it takes. */
export function watchFileSystem(folder: string, clock: Pick<Clock, 'nowMs' | 'after'>): FileSystemWatch {
  let result = { ok: true, message: 'The folder of the workspaces is there.' };
  let beganMs: number | undefined;
  let cancel = (): void => {};
  let stopped = false;
  const look = async () => {
    beganMs = clock.nowMs();
    try {
      await access(folder, constants.X_OK);
      result = { ok: true, message: 'The folder of the workspaces is there.' };
    } catch (error) {
      result = { ok: false, message: `The folder of the workspaces: ${systemReason(error)}.` };
    }
    beganMs = undefined;
    if (!stopped) cancel = clock.after(LOOK_MS, () => void look());
  };
  void look();
  return {
    state() {
      const waitedMs = beganMs === undefined ? 0 : clock.nowMs() - beganMs;
      return waitedMs > SLOW_MS ? { ok: false, message: 'The folder of the workspaces does not answer.' } : result;
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
