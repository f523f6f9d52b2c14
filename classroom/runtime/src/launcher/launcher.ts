import type { LayerName, Layers } from '@rowhouse/classroom-protocol';
import { LauncherError } from './errors.ts';
import { createFontCache } from './font-cache.ts';
import type { Ground } from './ground.ts';
import { prepare, type Prepared, type PrepareOptions } from './prepare.ts';
import { until } from './processes.ts';
import type { LauncherState } from './requests.ts';
import { createLauncherRooms, type LauncherRooms } from './rooms.ts';
import { serveRequests } from './server.ts';
import type { ResolvedSettings } from './settings.ts';
import type { Swept } from './sweep.ts';
import { noLayers, verifyLayers } from './verify/index.ts';
import { withoutRooms } from './without-rooms.ts';

/** What of the cgroups is still being let go of. */
const END_MS = 2_000;

export interface Launcher {
  readonly state: LauncherState;
  readonly swept: Swept;
  /** Why there are no rooms, or rooms with fewer walls than there could be. */
  readonly notes: readonly string[];
  /** Work that rooms can do without at first; ends when `stop` is called. */
  warmUp(): Promise<void>;
  stop(): Promise<void>;
}

export interface LauncherOptions extends PrepareOptions {
  readonly onTrouble: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Clears away what an earlier one left, finds out what rooms can be made of, tries their walls, and takes requests. */
export async function startLauncher(options: LauncherOptions): Promise<Launcher> {
  const { settings, onTrouble } = options;
  const prepared = await prepare(options);
  const { ground, swept, groups } = prepared;
  const notes = [...prepared.notes];
  const serve = async (rooms: LauncherRooms, state: LauncherState) =>
    serveRequests({
      socket: settings.socket,
      server: prepared.server,
      rooms,
      state,
      onFailure: (error) => onTrouble('a request failed', { err: error }),
    });
  if (typeof ground === 'string') {
    const state = { layers: noLayers('There is no Python to make rooms with.'), python: null, bubblewrap: null };
    const requests = await serve(withoutRooms(ground), state);
    return {
      state,
      swept,
      notes,
      warmUp: async () => {},
      async stop() {
        await requests.close();
        groups?.removeAll();
      },
    };
  }

  const tried = await tryWalls(ground, prepared, settings);
  notes.push(...tried.notes);
  const fonts = createFontCache(tried.ground, settings.uidBase);
  const rooms = createLauncherRooms({
    ground: tried.ground,
    uidBase: settings.uidBase,
    required: Object.entries(tried.layers).flatMap(([name, layer]) =>
      layer.state === 'absent' ? [] : [name as LayerName],
    ),
    matplotlibCache: () => fonts.folder(),
    onLeft: (room, pids) => onTrouble('processes of a room could not be ended', { room, pids }),
    onChange: (open) => prepared.saveState(open),
  });
  const { python, bubblewrap } = tried.ground;
  const state = { layers: tried.layers, python: python.version, bubblewrap: bubblewrap?.version ?? null };
  const requests = await serve(rooms, state);
  return {
    state,
    swept,
    notes,
    warmUp: async () => fonts.warmUp(),
    async stop() {
      await requests.close();
      await fonts.stop();
      await rooms.closeAll();
      await until(() => groups?.removeAll() ?? true, END_MS);
      prepared.saveState([]);
    },
  };
}

/** A system may let bubblewrap make namespaces and still no room: then rooms are made without it, as far as that goes. */
async function tryWalls(
  ground: Ground,
  { noBubblewrap }: Prepared,
  { uidBase }: ResolvedSettings,
): Promise<{ readonly ground: Ground; readonly layers: Layers; readonly notes: readonly string[] }> {
  const attempt = async (trial: Ground, why: string | undefined): Promise<Layers | string> => {
    try {
      return await verifyLayers(trial, uidBase, why);
    } catch (error) {
      if (error instanceof LauncherError) return error.message;
      throw error;
    }
  };
  const first = await attempt(ground, noBubblewrap);
  if (typeof first !== 'string') return { ground, layers: first, notes: [] };
  const plain = { ...ground, bubblewrap: undefined };
  const second = ground.bubblewrap === undefined ? first : await attempt(plain, first);
  const layers = typeof second === 'string' ? noLayers('No room could be opened to try it.') : second;
  return { ground: plain, layers, notes: [first, ...(typeof second === 'string' && second !== first ? [second] : [])] };
}
