import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { takePrecedence, yieldPrecedence } from '../src/ping/precedence.ts';
import { watchProcessor } from '../src/ping/processor-watch.ts';

describe('precedence', () => {
  const before = getPriority();
  afterEach(() => {
    if (process.getuid?.() === 0) setPriority(before);
  });

  it.skipIf(process.platform !== 'linux')('is real time on every thread, and can be given back', () => {
    const asked: number[][] = [];
    const take = (...call: [number, number, number]) => asked.push(call) > 0;
    expect(takePrecedence(take)).toBe('realtime');
    const threads = readdirSync('/proc/self/task').map(Number);
    expect(asked).toEqual(threads.map((id) => [id, 2, 1]));
    asked.length = 0;
    yieldPrecedence(take);
    expect(asked).toEqual(threads.map((id) => [id, 0, 0]));
  });

  it.skipIf(process.getuid?.() !== 0)('falls back to niceness where the kernel refuses', () => {
    expect(takePrecedence(() => false)).toBe('favoured');
    expect(takePrecedence(undefined)).toBe('favoured');
  });

  it.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
    'leaves no thread in real time when one is refused',
    () => {
      const classes = new Map<number, number>();
      const take = (id: number, policy: number) => {
        const refused = policy !== 0 && classes.size > 0;
        if (!refused) classes.set(id, policy);
        return !refused;
      };
      expect(takePrecedence(take)).toBe('favoured');
      expect(new Set(classes.values())).toEqual(new Set([0]));
      expect(classes.size).toBe(readdirSync('/proc/self/task').length);
    },
  );
});

describe('the watch on the processor', () => {
  /** Tells each second's share of a core to a new watch; the seconds at which it spoke. */
  const spokenAt = (shares: readonly number[]): number[] => {
    let usedUs = 0;
    const watch = watchProcessor(() => usedUs, 0.6);
    watch(0);
    return shares.flatMap((share, index) => {
      usedUs += share * 1e6;
      return watch((index + 1) * 1000) ? [index + 1] : [];
    });
  };

  it('speaks once, after five busy seconds', () => {
    expect(spokenAt([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])).toEqual([5]);
  });

  it('bears bursts', () => {
    expect(spokenAt([1, 1, 1, 1, 0.1, 0.1, 0.1, 1, 1, 1, 0.5, 0.59, 0.59, 0.59, 0.59, 0.59])).toEqual([]);
  });

  it('is not put off by a calm second', () => {
    expect(spokenAt([1, 1, 1, 1, 0.1, 1, 1, 1, 1])).toEqual([7]);
  });
});
