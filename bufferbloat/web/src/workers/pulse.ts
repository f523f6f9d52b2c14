import { nowMs } from '../shared/clock.ts';
import { nextOnGrid } from '../shared/probe-sender.ts';
import { after, registry } from './scope.ts';

export interface PulseOptions {
  readonly everyMs: number;
  readonly onPulse: () => void;
  /** It is being ended, by the registry. */
  readonly onEnd?: () => void;
}

/** Beats on a grid of whole intervals until the worker's streams are ended; a beat that was missed is left out. */
export function startPulse({ everyMs, onPulse, onEnd }: PulseOptions): void {
  let cancel = (): void => {};
  const end = (): void => {
    cancel();
    onEnd?.();
    timer.release();
  };
  const timer = registry.open({ kind: 'timer', label: 'pulse', cancel: end });
  const schedule = (afterMs: number): void => {
    const dueMs = nextOnGrid(Math.max(afterMs, nowMs()), everyMs, 0);
    cancel = after(dueMs - nowMs(), () => {
      onPulse();
      timer.touch();
      schedule(dueMs);
    });
  };
  schedule(nowMs());
}
