import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { systemReason } from '@rowhouse/service';
import { UNMEASURED } from '../capacity/figures.ts';
import { machineSize } from '../capacity/machine.ts';
import { planLines } from '../capacity/plan-table.ts';
import { plan } from '../capacity/plan.ts';
import { type PriceList, priceListSchema } from '../capacity/prices.ts';
import { readFigures, saveFigures } from '../capacity/stored.ts';
import { usersOn } from '../capacity/users-on.ts';
import { CommandError } from './errors.ts';
import type { TemporaryOptions } from './temporary.ts';

export interface PlanOptions extends TemporaryOptions {
  readonly users: number;
  readonly measure: boolean;
  readonly priceFile: string | URL;
  /** Data folders of the classroom and of its demo. */
  readonly folders: readonly string[];
}

/** The resource calculator (requirement C9). @throws CommandError */
export async function planCommand(options: PlanOptions): Promise<void> {
  const { users, folders, print } = options;
  const prices = readPrices(options.priceFile);
  const machine = machineSize();
  let figures = folders.map((folder) => readFigures(folder, machine.cores)).find((found) => found !== undefined);
  if (options.measure) {
    const [{ withTemporaryDemo }, { measureMachine }] = await Promise.all([
      import('./temporary.ts'),
      import('./measure.ts'),
    ]);
    const measured = await withTemporaryDemo(options, (demo) => measureMachine({ ...demo, machine, print }));
    figures = measured;
    for (const [index, folder] of folders.entries()) {
      // Of a classroom that was never started there is none yet, and it is to know from its first start.
      if (index === 0) mkdirSync(folder, { recursive: true, mode: 0o711 });
      if (existsSync(folder)) print(`stored: ${await saveFigures(folder, machine.cores, measured)}`);
    }
    print(`By these figures this machine carries ${usersOn(machine, measured)} students at their peak.\n`);
  }
  try {
    const used = figures ?? UNMEASURED;
    for (const line of planLines(plan(users, machine, used, prices), machine, used, prices)) print(line);
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message);
    throw error;
  }
}

/** @throws CommandError */
export function readPrices(file: string | URL): PriceList {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${String(file)}: ${systemReason(error)}`);
  }
  try {
    return priceListSchema.parse(JSON.parse(text));
  } catch {
    throw new CommandError(`${String(file)} is not a price list: see classroom/server/prices.json.`);
  }
}
