import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type Figures, figuresSchema } from './figures.ts';

const storedSchema = z.object({ cores: z.number().positive(), figures: figuresSchema });

const fileIn = (dataFolder: string) => path.join(dataFolder, 'measured.json');

/** What `plan --measure` stored; `undefined` when nothing was measured, or on another machine than this one. */
export function readFigures(dataFolder: string, cores: number): Figures | undefined {
  try {
    const { data } = storedSchema.safeParse(JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')));
    return data?.cores === cores ? data.figures : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all. @returns the file's name */
export async function saveFigures(dataFolder: string, cores: number, figures: Figures): Promise<string> {
  const file = fileIn(dataFolder);
  await writeFile(`${file}.new`, `${JSON.stringify({ cores, figures }, null, 2)}\n`, { mode: 0o644 });
  await rename(`${file}.new`, file);
  return file;
}
