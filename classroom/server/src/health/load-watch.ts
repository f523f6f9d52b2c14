import type { Clock } from '@rowhouse/supervisor';
import { createCpuMeter, memoryPercent } from '../capacity/machine.ts';

const EVERY_MS = 2000;

export interface LoadWatch {
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  stop(): void;
}

/** The machine's load, looked at every two seconds, so that asking for it costs nothing. */
export function watchLoad(clock: Pick<Clock, 'after'>): LoadWatch {
  const meter = createCpuMeter();
  let cpu = 0;
  let memory = memoryPercent();
  let cancel = (): void => {};
  const look = () => {
    cpu = meter.takePercent();
    memory = memoryPercent();
    cancel = clock.after(EVERY_MS, look);
  };
  cancel = clock.after(EVERY_MS, look);
  return {
    get cpuPercent() {
      return cpu;
    },
    get memoryPercent() {
      return memory;
    },
    stop: () => cancel(),
  };
}
