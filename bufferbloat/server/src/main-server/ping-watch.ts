import { PING_PATHS } from '@rowhouse/bufferbloat-protocol';
import type { PingStats } from '../settings.ts';
import type { OwnProcesses } from './own-process.ts';

const EVERY_MS = 1_000;

/** Knows how the ping process is. */
export interface PingWatch {
  /** Its latest figures; `undefined` while it does not answer. */
  readonly latest: () => PingStats | undefined;
  readonly stop: () => void;
}

/** Asks the ping process for its figures every second. */
export function watchPing(processes: OwnProcesses, port: number): PingWatch {
  let latest: PingStats | undefined;
  const ask = async () => {
    try {
      latest = (await processes.json(port, PING_PATHS.stats)) as PingStats;
    } catch {
      latest = undefined;
    }
  };
  const timer = setInterval(() => void ask(), EVERY_MS);
  timer.unref();
  void ask();
  return { latest: () => latest, stop: () => clearInterval(timer) };
}
