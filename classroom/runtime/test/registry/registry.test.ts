import { DEFAULT_LIMITS } from '@rowhouse/classroom-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRegistry, type Entry, mostRuns } from '../../src/registry/registry.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';

describe('the registry', () => {
  it('refuses a student more than the limit, by name, and keeps a place for files', () => {
    const clock = createFakeClock();
    const one = createRegistry({ ...DEFAULT_LIMITS, activeRuns: 2, processesPerUser: 3 }, clock);
    one.register('ada', 'script');
    const second = one.register('ada', 'repl');
    expect(() => one.register('ada', 'script')).toThrow('You may run 2 programs at once. Stop one of them first.');
    one.register('bob', 'script');
    second.unregister();
    second.unregister();
    one.register('ada', 'script');
    const two = createRegistry({ ...DEFAULT_LIMITS, activeRuns: 5, processesPerUser: 3 }, clock);
    two.register('ada', 'script');
    two.register('ada', 'script');
    expect(() => two.register('ada', 'script')).toThrow('You may have 3 processes at once');
  });

  it('lets 38 students have what the documents say', () => {
    expect(mostRuns(DEFAULT_LIMITS)).toBe(76);
    expect(mostRuns({ ...DEFAULT_LIMITS, processesTotal: 1 })).toBe(1);
  });

  it('knows who does what since when', () => {
    const clock = createFakeClock();
    const registry = createRegistry(DEFAULT_LIMITS, clock);
    const entry = registry.register('ada', 'script');
    entry.started(4711);
    clock.advance(100);
    entry.touch();
    expect(registry.list()).toEqual([{ owner: 'ada', kind: 'script', pid: 4711, lastActivityMs: clock.nowMs() }]);
  });

  it('has file operations wait for one another, and never counts more than there may be', async () => {
    const steps = fc.array(fc.record({ begin: fc.boolean(), n: fc.nat(9) }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 12 }), async (all, processesTotal) => {
        const registry = createRegistry({ ...DEFAULT_LIMITS, processesTotal }, createFakeClock());
        const most = Math.max(1, Math.floor(processesTotal / 3));
        const entered: Entry[] = [];
        let begun = 0;
        for (const { begin, n } of all) {
          if (begin) {
            begun += 1;
            void registry.registerFile(`s${n}`).then((entry) => entered.push(entry));
          } else {
            const [entry] = entered.splice(n % Math.max(1, entered.length), 1);
            if (entry) begun -= 1;
            entry?.unregister();
            entry?.unregister();
          }
          await settle();
          expect(registry.count(['file'])).toBe(Math.min(most, begun));
        }
        while (entered.length > 0) {
          entered.pop()?.unregister();
          await settle();
        }
        expect(registry.size).toBe(0);
      }),
    );
  });
});
