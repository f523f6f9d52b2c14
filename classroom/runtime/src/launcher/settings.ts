import { layerNameSchema, limitsSchema } from '@rowhouse/classroom-protocol';
import * as z from 'zod';
import { LauncherError } from './errors.ts';
import { UID_RANGE } from './requests.ts';

const folder = z.string().regex(/^\/[^\0]*$/, 'not an absolute path');
const uid = z.int().min(0).max(0x7fff_ffff);

const settingsSchema = z.strictObject({
  /** Where the launcher listens. Its folder is made, and only the server's user may enter it. */
  socket: folder,
  /** Where the server keeps the sockets of rooms, each in a folder of its own. */
  socketFolder: folder,
  /** Holds workspaces, class, state, programs, cache. Every folder on the way must let students' users pass. */
  dataFolder: folder,
  serverUid: uid,
  serverGid: uid,
  /** Path of the interpreter; `null`: the launcher looks for one. */
  python: z.string().nullable(),
  uidBase: z
    .int()
    .min(1)
    .max(0x7fff_ffff - UID_RANGE)
    .default(200_000),
  /** The port; names the cgroup and the state file, so that two systems on one machine keep apart. */
  instance: z.int().min(0).max(65_535),
  limits: limitsSchema,
  /** Root only: all rooms run as this user where students' own uids do not exist, such as in some containers. */
  fallbackUid: uid.min(1).optional(),
  logLevel: z.string().default('info'),
  /** For tests: walls that are left out, so that their attacks can be seen to succeed. */
  withoutLayers: z.array(layerNameSchema).default([]),
  /** For tests: a program in place of the session host. */
  hostProgram: folder.optional(),
});

/** As the supervisor passes them. */
export type LauncherSettings = z.input<typeof settingsSchema>;
export type ResolvedSettings = z.output<typeof settingsSchema>;

/** @throws LauncherError `ERR_LAUNCHER_SETTINGS` */
export function readSettings(settings: unknown): ResolvedSettings {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) throw new LauncherError('ERR_LAUNCHER_SETTINGS', { reason: z.prettifyError(parsed.error) });
  return parsed.data;
}
