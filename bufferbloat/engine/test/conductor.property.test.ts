import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConductorEvent, createConductor, step } from '../src/conductor.ts';
import { singleUserPlan } from '../src/plan.ts';

const AT = 1_700_000_000_000;

describe('whatever happens', () => {
  const direction = fc.constantFrom('download' as const, 'upload' as const);
  const forwardMs = fc.oneof(
    { weight: 8, arbitrary: fc.nat(700) },
    { weight: 1, arbitrary: fc.integer({ min: -500, max: 30_000 }) },
  );
  const event = fc.record({
    forwardMs,
    what: fc.oneof(
      { weight: 6, arbitrary: fc.constant({ type: 'tick' as const }) },
      { weight: 4, arbitrary: fc.record({ type: fc.constant('probe' as const), ageMs: fc.nat(3000) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('rate' as const),
          direction,
          mbps: fc.double({ min: 0, max: 1e4, noNaN: true }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('udp' as const), available: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constantFrom({ type: 'start' as const }, { type: 'stop' as const }) },
    ),
  });
  const ORDER = singleUserPlan().map(({ id }) => id);

  it('phases come in order, load runs only in load phases, and it always ends', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        let state = createConductor(singleUserPlan());
        let load = 0;
        let finishes = 0;
        let nowMs = AT;
        const feed = (next: ConductorEvent): void => {
          const before = state;
          const [after, effects] = step(state, next);
          state = after;
          for (const effect of effects) {
            if (effect.type === 'load') load = effect.download + effect.upload;
            if (effect.type === 'finish') finishes += 1;
            expect(before.status === 'done' || before.status === 'stopped').toBe(false);
          }
          expect(load).toBe(after.load.download + after.load.upload);
          if (after.phase === null || after.draining || after.phase === 'baseline') expect(load).toBe(0);
          expect(load).toBeLessThanOrEqual(6);
          expect(after.spans.map(({ id }) => id)).toEqual(ORDER.slice(0, after.spans.length));
          const edges = after.spans.flatMap(({ startMs, endMs }) => [startMs, endMs]);
          expect(edges).toEqual(edges.toSorted((a, b) => a - b));
          expect(after.totalMs).toBeGreaterThanOrEqual(
            after.status === 'idle' ? 40_000 : (after.spans.at(-1)?.endMs ?? 0),
          );
        };
        for (const { forwardMs: by, what } of events) {
          nowMs += by;
          feed(
            what.type === 'probe'
              ? { type: 'probe', nowMs, sentMs: nowMs - what.ageMs, rttMs: what.ageMs }
              : { ...what, nowMs },
          );
        }
        if (state.status === 'idle') feed({ type: 'start', nowMs });
        for (let tick = 0; tick < 200 && state.status === 'running'; tick += 1) {
          nowMs += 1000;
          feed({ type: 'tick', nowMs });
        }
        expect(['done', 'stopped']).toContain(state.status);
        expect([load, finishes]).toEqual([0, 1]);
        expect(state.probeRate).toEqual({ udpPerS: 0, websocketPerS: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
