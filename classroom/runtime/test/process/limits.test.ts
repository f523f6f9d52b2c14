import { DEFAULT_LIMITS, type EndReason } from '@rowhouse/classroom-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActivity } from '../../src/process/activity.ts';
import { judge, type VigilFacts } from '../../src/process/vigil.ts';
import { createVigil } from '../../src/process/watch.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const MINUTE = 60_000;
const limits = DEFAULT_LIMITS;

describe('the limits that the server watches', () => {
  const fresh: VigilFacts = {
    kind: 'script',
    state: 'running',
    hasPrompted: false,
    startedMs: 0,
    stateSinceMs: 0,
    ranMs: 0,
    actionMs: 0,
    signMs: 0,
    cpuMs: 0,
    viewers: 1,
    pinned: false,
  };
  const reason = (facts: Partial<VigilFacts>, nowMs: number) => judge({ ...fresh, ...facts }, limits, nowMs).end;

  it('count of a script only the time in which it runs', () => {
    expect(reason({}, 60 * MINUTE - 1)).toBeUndefined();
    expect(reason({}, 60 * MINUTE)).toBe('wall-limit');
    const waiting = { state: 'waiting-for-input' as const, stateSinceMs: 59 * MINUTE, ranMs: 59 * MINUTE };
    expect(reason(waiting, 80 * MINUTE)).toBeUndefined();
    expect(reason({ ranMs: 59 * MINUTE, stateSinceMs: 80 * MINUTE }, 81 * MINUTE)).toBe('wall-limit');
  });

  it('count of a REPL, and of a script that became one, all of it', () => {
    const prompt = { kind: 'repl' as const, state: 'waiting-for-code' as const, hasPrompted: true };
    expect(reason({ ...prompt, actionMs: 119 * MINUTE }, 120 * MINUTE - 1)).toBeUndefined();
    expect(reason({ ...prompt, actionMs: 119 * MINUTE }, 120 * MINUTE)).toBe('wall-limit');
    expect(reason({ ...prompt, kind: 'script', actionMs: 119 * MINUTE }, 120 * MINUTE)).toBe('wall-limit');
  });

  it('end what waits while nobody does anything', () => {
    const waiting = { state: 'waiting-for-input' as const, stateSinceMs: 5 * MINUTE };
    expect(reason(waiting, 35 * MINUTE)).toBe('waiting-limit');
    expect(reason({ ...waiting, actionMs: 10 * MINUTE }, 35 * MINUTE)).toBeUndefined();
  });

  it('name the CPU limit first', () => {
    expect(reason({ cpuMs: limits.runCpuMs + 1 }, 60 * MINUTE)).toBe('cpu-limit');
  });

  it('end what is abandoned, a minute after a warning, unless it is pinned or looked at', () => {
    const alone = { viewers: 0 };
    expect(judge({ ...fresh, ...alone }, limits, 18 * MINUTE).abandonedInMs).toBeUndefined();
    expect(judge({ ...fresh, ...alone }, limits, 19 * MINUTE).abandonedInMs).toBe(MINUTE);
    expect(reason(alone, 20 * MINUTE)).toBe('abandoned');
    expect(reason({ ...alone, pinned: true }, 20 * MINUTE)).toBeUndefined();
    expect(reason({ ...alone, signMs: 5 * MINUTE }, 20 * MINUTE)).toBeUndefined();
    expect(reason({ viewers: 1 }, 20 * MINUTE)).toBeUndefined();
  });

  it('are always judged again no later than when the next is reached', () => {
    const facts = fc.record({
      kind: fc.constantFrom('script' as const, 'repl' as const),
      state: fc.constantFrom('running' as const, 'waiting-for-input' as const, 'waiting-for-code' as const),
      hasPrompted: fc.boolean(),
      startedMs: fc.constant(0),
      stateSinceMs: fc.integer({ min: 0, max: 1000 }),
      ranMs: fc.integer({ min: 0, max: 1000 }),
      actionMs: fc.integer({ min: 0, max: 1000 }),
      signMs: fc.integer({ min: 0, max: 1000 }),
      cpuMs: fc.constant(0),
      viewers: fc.nat(1),
      pinned: fc.boolean(),
    });
    const small = { ...limits, scriptWallMs: 900, replWallMs: 1500, waitingMs: 700, abandonedMs: 800 };
    fc.assert(
      fc.property(facts, (known) => {
        const verdict = judge(known, small, 1000);
        if (verdict.end !== undefined || verdict.againInMs === Number.POSITIVE_INFINITY) return;
        const before = judge(known, small, 1000 + verdict.againInMs - 1);
        expect(before.end).toBeUndefined();
        expect(before.abandonedInMs === undefined).toBe(verdict.abandonedInMs === undefined);
        const then = judge(known, small, 1000 + verdict.againInMs);
        expect(then.end ?? then.abandonedInMs).toBeDefined();
      }),
    );
  });

  it('are kept by timers, with one warning each time', () => {
    const clock = createFakeClock();
    const activity = createActivity('script', clock.nowMs());
    const heard: (EndReason | number)[] = [];
    const vigil = createVigil({
      clock,
      limits,
      facts: () => activity.facts(0),
      onEnd: (end) => heard.push(end),
      onAbandonWarning: (inMs) => heard.push(Math.round(inMs)),
    });
    clock.advance(19 * MINUTE);
    expect(heard).toEqual([MINUTE]);
    activity.seen(clock.nowMs());
    clock.advance(10 * MINUTE);
    expect(vigil.quietMs()).toBe(10 * MINUTE);
    clock.advance(10 * MINUTE);
    expect(heard).toEqual([MINUTE, MINUTE, 'abandoned']);
    expect(clock.timers).toBe(0);
  });
});
