import { setTimeout as sleep } from 'node:timers/promises';
import { USER_PATHS } from '@rowhouse/bufferbloat-protocol';
import { discover } from '../shared/household.ts';
import { askJson } from '../shared/json.ts';
import { commandLine } from '../shared/processes.ts';
import { userProcesses } from '../shared/user-processes.ts';

const PROGRAM = '/household/main.';
const TRY_EVERY_MS = 10;
const GIVE_UP_MS = 15_000;

export interface Target {
  readonly mainPort: number;
  readonly userId: string;
  readonly from: string;
  readonly token: string;
}

export interface Recovery {
  /** From the kill until a new process of the user answers that it is well; infinite when none does within 15 s. */
  readonly readyMs: number;
  /** From the kill until discovery leads to it again, asked from then on. */
  readonly foundMs: number;
}

/** Kills a user's process and waits for the next one. */
export async function killUser(target: Target): Promise<Recovery> {
  const { mainPort, userId, from, token } = target;
  const victim = (await userProcesses(mainPort)).find((each) => each.userId === userId);
  if (victim === undefined || !commandLine(victim.pid).includes(PROGRAM)) throw new Error(`no process of ${userId}`);
  const { port } = victim;
  const killedMs = performance.now();
  process.kill(victim.pid, 'SIGKILL');
  const until = async (holds: () => Promise<boolean>): Promise<number> => {
    while (performance.now() - killedMs < GIVE_UP_MS) {
      if (await holds().catch(() => false)) return performance.now() - killedMs;
      await sleep(TRY_EVERY_MS);
    }
    return Number.POSITIVE_INFINITY;
  };
  const readyMs = await until(async () => (await askJson({ port, path: USER_PATHS.health, from })).status === 200);
  const foundMs = await until(async () => (await discover(mainPort, from, userId, token)).process_isolation);
  return { readyMs, foundMs };
}
