import { setTimeout as sleep } from 'node:timers/promises';
import { encodeProbe } from '@rowhouse/bufferbloat-protocol';
import { websocketEcho } from '../shared/echoes.ts';
import { commandLine } from '../shared/processes.ts';

const TRY_EVERY_MS = 10;
const GIVE_UP_MS = 15_000;

/**
 * Kills the ping process and waits for the next one.
 *
 * @returns milliseconds from the kill to the first probe that is answered; infinite when none is within 15 s
 */
export async function killPing(pid: number, target: { port: number; token: string; from: string }): Promise<number> {
  if (!commandLine(pid).includes('/ping/main.')) throw new Error(`process ${pid} is not the ping process`);
  const killedMs = performance.now();
  process.kill(pid, 'SIGKILL');
  while (performance.now() - killedMs < GIVE_UP_MS) {
    if (await answers(target)) return performance.now() - killedMs;
    await sleep(TRY_EVERY_MS);
  }
  return Number.POSITIVE_INFINITY;
}

async function answers(target: { port: number; token: string; from: string }): Promise<boolean> {
  try {
    const echo = await websocketEcho(target);
    const answered = new Promise<boolean>((resolve) => {
      echo.onAnswer(() => resolve(true));
      setTimeout(() => resolve(false), 500);
    });
    echo.send(0, encodeProbe({ sequence: 0, timeMs: Date.now() }));
    return await answered.finally(() => echo.close());
  } catch {
    return false; // refused: not there yet
  }
}
