import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CLASS_FOLDER } from '@rowhouse/classroom-protocol';
import { CLASS_FILES } from './samples.ts';

/** Puts the samples into the class folder, where there is nothing by their names; students can only read there. */
export function fillClassFolder(dataFolder: string): void {
  const folder = path.join(dataFolder, CLASS_FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const [name, content] of Object.entries(CLASS_FILES)) {
    const file = path.join(folder, name);
    if (!existsSync(file)) writeFileSync(file, content, { mode: 0o644, flag: 'wx' });
  }
}
