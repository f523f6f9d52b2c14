import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchStopKeys } from '../src/index.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const before = SIGNALS.map((signal) => process.listeners(signal));

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => {
  vi.useRealTimers();
  for (const [index, signal] of SIGNALS.entries())
    for (const listener of process.listeners(signal))
      if (!before[index]?.includes(listener)) process.off(signal, listener);
});

function watched() {
  const calls: string[] = [];
  const keys = watchStopKeys(
    () => calls.push('stop'),
    () => calls.push('end at once'),
  );
  const press = (signal: (typeof SIGNALS)[number], afterMs: number) => {
    vi.advanceTimersByTime(afterMs);
    process.emit(signal);
  };
  return { calls, keys, press };
}

test('one key that comes twice, as npm doubles it, asks once', () => {
  const { calls, keys, press } = watched();
  expect(keys.asked).toBe(false);
  press('SIGINT', 1000);
  press('SIGINT', 400);
  expect(calls).toEqual(['stop']);
  expect(keys.asked).toBe(true);
});

test('another key ends at once, whichever it is', () => {
  const { calls, press } = watched();
  press('SIGTERM', 0);
  press('SIGHUP', 501);
  expect(calls).toEqual(['stop', 'end at once']);
});
