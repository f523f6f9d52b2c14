import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../src/admission/admission.ts';
import { createGate } from '../../src/admission/gate.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';

const MIB = 1024 * 1024;

function setUp(capacity: { maxActiveRuns?: number; memoryBytes?: number; queueMs?: number } = {}, mostRuns = 100) {
  const clock = createFakeClock();
  let asked = 0;
  const admission = createAdmission({
    capacity: { maxUsers: 10, maxActiveRuns: 2, memoryBytes: 1024 * MIB, queueMs: 5_000, ...capacity },
    mostRuns,
    processesTotal: 150,
    clock,
    makeRoom: () => {
      asked += 1;
    },
  });
  const enter = (interactive = false, signal?: AbortSignal) => {
    const positions: number[] = [];
    const entry = admission.enter({ interactive, onQueued: (position) => positions.push(position), signal });
    entry.catch(() => {});
    let leave: (() => void) | undefined;
    void entry.then(
      (given) => {
        leave = given;
      },
      () => {},
    );
    return { entry, positions, isIn: () => leave !== undefined, leave: () => leave?.() };
  };
  return { clock, admission, enter, asked: () => asked };
}

describe('admission', () => {
  it('lets in what fits, and others in turn, with their positions', async () => {
    const { enter, admission, asked } = setUp();
    const [first, second, third, fourth] = [enter(), enter(), enter(), enter()];
    await settle();
    expect([first, second, third, fourth].map((one) => one.isIn())).toEqual([true, true, false, false]);
    expect([third.positions, fourth.positions]).toEqual([[1], [2]]);
    expect(asked()).toBe(2);
    first.leave();
    first.leave();
    await settle();
    expect([third.isIn(), fourth.isIn()]).toEqual([true, false]);
    expect(fourth.positions).toEqual([2, 1]);
    expect(admission).toMatchObject({ running: 2, queued: 1 });
  });

  it('lets interactive work go first', async () => {
    const { enter } = setUp({ maxActiveRuns: 1 });
    const [first, batch, repl] = [enter(), enter(), enter(true)];
    await settle();
    expect([batch.positions, repl.positions]).toEqual([[1, 2], [1]]);
    first.leave();
    await settle();
    expect([batch.isIn(), repl.isIn()]).toEqual([false, true]);
  });

  it('refuses what waited too long, with what was in the way', async () => {
    const { enter, clock, admission } = setUp({ maxActiveRuns: 1 });
    enter();
    const late = enter();
    clock.advance(5_000);
    await expect(late.entry).rejects.toMatchObject({
      code: 'ERR_CAPACITY',
      details: { limit: 'maxActiveRuns', value: 1, waitedMs: 5_000 },
    });
    expect(admission.queued).toBe(0);
    const total = setUp({}, 1);
    total.enter();
    const refused = total.enter();
    total.clock.advance(5_000);
    await expect(refused.entry).rejects.toMatchObject({ details: { limit: 'processesTotal', value: 150 } });
  });

  it('lets go of who gives up', async () => {
    const { enter, clock, admission } = setUp({ maxActiveRuns: 1 });
    const first = enter();
    const given = new AbortController();
    const [gone, next] = [enter(false, given.signal), enter()];
    given.abort();
    await expect(gone.entry).rejects.toMatchObject({ name: 'AbortError' });
    expect(next.positions).toEqual([2, 1]);
    first.leave();
    await settle();
    expect(next.isIn()).toBe(true);
    next.leave();
    expect(admission).toMatchObject({ running: 0, queued: 0 });
    expect(clock.timers).toBe(0);
    await expect(enter(false, given.signal).entry).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('counts memory as measured, and what has begun since', async () => {
    const { enter, admission } = setUp({ maxActiveRuns: 100, memoryBytes: 100 * MIB });
    admission.measured(85 * MIB);
    const runs = [enter(), enter(), enter()];
    await settle();
    expect(runs.map((run) => run.isIn())).toEqual([true, true, false]);
    expect(() => admission.admitRoom()).toThrow(expect.objectContaining({ code: 'ERR_CAPACITY' }));
    admission.measured(95 * MIB);
    await settle();
    expect(runs[2]?.isIn()).toBe(true);
  });

  it('never lets in more than fit, nor forgets anybody', async () => {
    const step = fc.record({
      do: fc.constantFrom('enter', 'leave', 'abort', 'wait'),
      n: fc.nat(9),
      repl: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (steps, most) => {
        const { enter, admission, clock } = setUp({ maxActiveRuns: most });
        const all: { run: ReturnType<typeof enter>; giveUp: AbortController; left: boolean }[] = [];
        for (const one of steps) {
          const chosen = all[one.n % Math.max(1, all.length)];
          if (one.do === 'enter') {
            const giveUp = new AbortController();
            all.push({ run: enter(one.repl, giveUp.signal), giveUp, left: false });
          } else if (one.do === 'leave' && chosen?.run.isIn()) {
            chosen.left = true;
            chosen.run.leave();
          } else if (one.do === 'abort') chosen?.giveUp.abort();
          else if (one.do === 'wait') clock.advance(one.n * 300);
          await settle();
          const inside = all.filter(({ run, left }) => run.isIn() && !left).length;
          expect(inside).toBeLessThanOrEqual(most);
          expect(admission.running).toBe(inside);
          if (admission.queued > 0) expect(inside).toBe(most);
        }
        clock.advance(10_000);
        await settle();
        expect(admission.queued).toBe(0);
        for (const { run } of all) run.leave();
        expect(admission.running).toBe(0);
        expect(clock.timers).toBe(0);
      }),
    );
  });
});

describe('a gate', () => {
  it('lets so many pass at a time, in order, also past those that fail', async () => {
    const gate = createGate(2);
    let inside = 0;
    let most = 0;
    const order: number[] = [];
    const pass = (n: number) =>
      gate.pass(async () => {
        inside += 1;
        most = Math.max(most, inside);
        order.push(n);
        await settle();
        inside -= 1;
        if (n === 1) throw new Error('failed');
        return n;
      });
    const results = await Promise.allSettled([0, 1, 2, 3, 4].map(pass));
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });
});
