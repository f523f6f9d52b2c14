import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const processSchema = z.strictObject({ pid: z.int().min(2), startTicks: z.number() });

const stateSchema = z.strictObject({
  bootId: z.string(),
  launcher: processSchema,
  /** Folders of cgroups. */
  groups: z.array(z.string()),
  rooms: z.array(
    z.strictObject({
      room: z.string(),
      /** `null`: others run as this user too. */
      uid: z.int().min(1).nullable(),
      processes: z.array(processSchema),
    }),
  ),
});

/** What a launcher leaves for the next one to find, should it end without having cleared away. Only this user may read it. */
export type RunState = z.infer<typeof stateSchema>;

/** Whole or not at all. */
export function writeState(file: string, state: RunState): void {
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** `undefined`: there is none, or it is not one that a launcher wrote. */
export function readState(file: string): RunState | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** @param instance the port */
export const stateFile = (folder: string, instance: number): string => path.join(folder, `rooms-${instance}.json`);

/** Of which there are states. */
export function instancesIn(folder: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, instance] = /^rooms-(\d+)\.json$/.exec(name) ?? [];
    return instance === undefined ? [] : [Number(instance)];
  });
}
