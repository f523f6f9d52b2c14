import { DEFAULT_LIMITS, type EndReason, STREAM } from '@rowhouse/classroom-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActivity } from '../../src/process/activity.ts';
import { endReason, NO_FACTS } from '../../src/process/ending.ts';
import { createFigureParts } from '../../src/process/figures.ts';
import { createFlow, FIRST_WINDOW_BYTES } from '../../src/process/flow.ts';
import { createInputs } from '../../src/process/inputs.ts';
import { createOutputRate } from '../../src/process/output-rate.ts';
import { createPacer } from '../../src/process/pacer.ts';
import { createStopping } from '../../src/process/stopping.ts';
import { judge, type VigilFacts } from '../../src/process/vigil.ts';
import { createVigil } from '../../src/process/watch.ts';
import { RuntimeError } from '../../src/errors.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';

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
    activity.printed(clock.nowMs());
    clock.advance(10 * MINUTE);
    expect(vigil.quietMs()).toBe(10 * MINUTE);
    clock.advance(10 * MINUTE);
    expect(heard).toEqual([MINUTE, MINUTE, 'abandoned']);
    expect(clock.timers).toBe(0);
  });
});

describe('why a process ended', () => {
  const exit = { code: 0, signal: null, uncaught: false };
  it('is what it did itself, or what the kernel or the server did to it', () => {
    const oom = { ...NO_FACTS, oomKilled: true };
    const killed = { ...exit, code: null, signal: 'SIGKILL' };
    expect(endReason(exit, NO_FACTS, undefined, false)).toBe('finished');
    expect(endReason({ ...exit, code: 3 }, NO_FACTS, undefined, false)).toBe('error');
    expect(endReason({ ...exit, code: 1, uncaught: 'ValueError' }, NO_FACTS, undefined, false)).toBe('error');
    expect(endReason({ ...exit, code: 1, uncaught: 'MemoryError' }, NO_FACTS, undefined, false)).toBe('memory-limit');
    expect(endReason(killed, NO_FACTS, undefined, false)).toBe('crashed');
    expect(endReason(killed, oom, undefined, false)).toBe('memory-limit');
    expect(endReason(exit, oom, undefined, false)).toBe('finished');
    expect(endReason({ ...killed, signal: 'SIGXCPU' }, NO_FACTS, undefined, false)).toBe('cpu-limit');
    expect(endReason({ ...killed, signal: 'SIGINT' }, NO_FACTS, undefined, true)).toBe('stopped');
    expect(endReason({ ...killed, signal: 'SIGINT' }, NO_FACTS, undefined, false)).toBe('error');
    expect(endReason(killed, oom, 'wall-limit', false)).toBe('wall-limit');
  });
});

describe('stopping', () => {
  const setUp = () => {
    const clock = createFakeClock();
    const did: string[] = [];
    const stopping = createStopping({
      clock,
      interrupt: () => did.push('interrupt'),
      endInput: () => did.push('end-input'),
      kill: () => did.push('kill'),
      onStuck: () => did.push('stuck'),
    });
    return { clock, did, stopping };
  };

  it('asks, then kills, then gives the room up', () => {
    const { clock, did, stopping } = setUp();
    stopping.ask('stopped', 'running');
    stopping.ask('wall-limit', 'running');
    expect(stopping.reason).toBe('stopped');
    clock.advance(1_999);
    expect(did).toEqual(['interrupt']);
    clock.advance(1);
    expect(did).toEqual(['interrupt', 'kill']);
    clock.advance(5_000);
    expect(did).toEqual(['interrupt', 'kill', 'stuck']);
  });

  it('tells a REPL that there is no more to come, and what does harm nothing', () => {
    const repl = setUp();
    repl.stopping.ask('stopped', 'waiting-for-code');
    expect(repl.did).toEqual(['end-input']);
    const hybrid = setUp();
    hybrid.stopping.ask('stopped', 'running');
    hybrid.stopping.stateChanged('waiting-for-code');
    expect(hybrid.did).toEqual(['interrupt', 'end-input']);
    const flood = setUp();
    flood.stopping.ask('output-limit', 'running');
    expect(flood.did).toEqual(['kill']);
    flood.stopping.done();
    expect(flood.clock.timers).toBe(0);
  });
});

describe('input', () => {
  it('is applied once for each id, in whatever order ids come again', async () => {
    const ids = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(ids, async (steps) => {
        const inputs = createInputs();
        const sent: string[] = [];
        const all: Promise<void>[] = [];
        for (const [id, take] of steps) {
          all.push(inputs.offer(id, `text of ${id}`, () => sent.push(id)));
          await settle();
          if (take && inputs.taken(id) !== undefined) expect(inputs.taken(id)).toBeUndefined();
        }
        expect(new Set(sent).size).toBe(sent.length);
        for (const id of sent) inputs.taken(id);
        await Promise.all(all);
      }),
    );
  });

  it('is bounded, and fails when the process ends', async () => {
    const inputs = createInputs();
    const text = 'x'.repeat(STREAM.inputBytes);
    const under = Array.from({ length: 15 }, (_, n) => inputs.offer(String(n), text, () => {}));
    await expect(inputs.offer('more', text, () => {})).rejects.toMatchObject({ code: 'ERR_LIMIT' });
    inputs.fail(new RuntimeError('ERR_PROCESS_ENDED', { process: 'p' }));
    for (const one of under) await expect(one).rejects.toMatchObject({ code: 'ERR_PROCESS_ENDED' });
  });

  it('stays unknown when it could not be sent', async () => {
    const inputs = createInputs();
    const fail = () => {
      throw new Error('too long');
    };
    await expect(inputs.offer('1', 'x', fail)).rejects.toThrow('too long');
    const again = inputs.offer('1', 'y', () => {});
    expect(inputs.taken('1')).toBe('y');
    await again;
  });
});

describe('the window of a process', () => {
  it('never closes for good while there is room, and never goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100_000), fc.nat(FIRST_WINDOW_BYTES)), { maxLength: 50 }), (steps) => {
        const flow = createFlow();
        let granted: number = FIRST_WINDOW_BYTES;
        let received = 0;
        for (const [sent, room] of steps) {
          const bytes = Math.min(sent, granted - received);
          received += bytes;
          flow.received(bytes);
          const upTo = flow.grant(room);
          if (upTo !== undefined) {
            expect(upTo).toBeGreaterThan(granted);
            expect(upTo).toBe(received + room);
            granted = upTo;
          }
          if (room === 0) expect(upTo).toBeUndefined();
          if (room >= 4 * 1024) expect(granted).toBeGreaterThan(received);
        }
        flow.grant(FIRST_WINDOW_BYTES);
      }),
    );
  });

  it('closes the room of a host that does not keep to it', () => {
    const flow = createFlow();
    flow.received(FIRST_WINDOW_BYTES + 1024 * 1024);
    expect(() => flow.received(1)).toThrow('more than its window allows');
  });
});

describe('what a process produces', () => {
  it('is averaged over ten seconds', () => {
    const rate = createOutputRate();
    const bytes = fc.array(fc.tuple(fc.nat(3000), fc.nat(1000)), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, (steps) => {
        const fresh = createOutputRate();
        const seen: { second: number; bytes: number }[] = [];
        let nowMs = 123_456;
        for (const [laterMs, added] of steps) {
          nowMs += laterMs;
          const second = Math.floor(nowMs / 1000);
          seen.push({ second, bytes: added });
          const expected = seen.filter((one) => one.second > second - 10).reduce((sum, one) => sum + one.bytes, 0);
          expect(fresh.add(added, nowMs)).toBe(expected);
        }
      }),
    );
    expect(rate.add(5, 0)).toBe(5);
  });

  it('is told in few messages when it never ends, and at once when it is little', async () => {
    const clock = createFakeClock();
    let calls = 0;
    const pacer = createPacer(clock, () => {
      calls += 1;
    });
    pacer.wake();
    pacer.wake();
    await settle();
    expect(calls).toBe(1);
    for (let n = 0; n < 5_000; n += 1) {
      pacer.wake();
      await Promise.resolve();
      clock.advance(1);
    }
    expect(calls).toBeGreaterThan(400);
    expect(calls).toBeLessThan(700);
  });

  it('is a picture only when it is one, whole and of a size that can be shown', () => {
    const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(100)]);
    const parts = createFigureParts();
    expect(parts.push(png.subarray(0, 50), false)).toBeUndefined();
    expect(parts.push(png.subarray(50), true)).toEqual(png);
    expect(parts.push(Buffer.from('<svg/>'), true)).toBeUndefined();
    for (let n = 0; n < 13; n += 1) expect(parts.push(Buffer.alloc(65_536), false)).toBeUndefined();
    expect(parts.push(Buffer.alloc(0), true)).toBe('too-large');
    expect(parts.push(png, true)).toEqual(png);
  });
});
