import { RuntimeError } from '../errors.ts';
import type { LauncherRoomUsage, LauncherState, RunFacts } from '../launcher/requests.ts';
import { connectToLauncher, type LauncherClient } from '../launcher-client.ts';

/** The launcher as rooms need it. All of it rejects with RuntimeError `ERR_LAUNCHER`. */
export interface LauncherLink {
  /** @param onExited once: the room ended by itself, or the launcher did */
  open(
    room: string,
    entrance: { uid: number; socket: string; token: string },
    onExited: (reason: Error) => void,
  ): Promise<void>;
  /** @returns the process's number as the machine counts, if known */
  place(room: string, spare: number, pid: number): Promise<number | null>;
  endRun(room: string, spare: number): Promise<RunFacts>;
  /** Resolves when nothing of it is left, also when there was nothing. */
  close(room: string): Promise<void>;
  usage(): Promise<readonly LauncherRoomUsage[]>;
  layers(): Promise<LauncherState>;
  end(): void;
}

/** Connects with the first request, and again after the launcher was started anew: its rooms are gone then. */
export function createLauncherLink(socketPath: string): LauncherLink {
  let connecting: Promise<LauncherClient> | undefined;
  let isOver = false;
  const watchers = new Map<string, (reason: Error) => void>();

  const exited = (room: string, reason: Error): void => {
    const tell = watchers.get(room);
    watchers.delete(room);
    tell?.(reason);
  };
  const client = (): Promise<LauncherClient> => {
    if (isOver) return Promise.reject(new Error('it is not needed any more'));
    connecting ??= connectToLauncher(socketPath, {
      onEvent: ({ room, code, signal }) => exited(room, new Error(`the room ended with ${signal ?? code}`)),
      onLost(error) {
        connecting = undefined;
        for (const room of watchers.keys()) exited(room, error);
      },
    });
    connecting.catch(() => {
      connecting = undefined;
    });
    return connecting;
  };
  const ask = async <T>(request: string, of: (connected: LauncherClient) => Promise<T>): Promise<T> => {
    try {
      return await of(await client());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RuntimeError('ERR_LAUNCHER', { request, reason }, { cause: error });
    }
  };

  return {
    async open(room, entrance, onExited) {
      watchers.set(room, onExited);
      try {
        await ask('open', (connected) => connected.open({ room, ...entrance }));
      } catch (error) {
        watchers.delete(room);
        throw error;
      }
    },
    place: (room, spare, pid) =>
      ask('place', async (connected) => {
        const placed = await connected.place(room, spare, pid);
        return placed.pid;
      }),
    endRun: (room, spare) => ask('end-run', (connected) => connected.endRun(room, spare)),
    async close(room) {
      watchers.delete(room);
      try {
        await ask('close', (connected) => connected.close(room));
      } catch {
        // There is no such room any more, or no launcher, and with it no room.
      }
    },
    usage: () => ask('usage', (connected) => connected.usage()),
    layers: () => ask('layers', (connected) => connected.layers()),
    end() {
      isOver = true;
      void connecting?.then((connected) => connected.end()).catch(() => {});
    },
  };
}
