import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultBackoff } from '../src/core/backoff.ts';
import type { FaultRules } from './fault-rules.ts';
import { FaultWorld, type Manners, type Scenario } from './fault-world.ts';

const restarts = ['permanent', 'transient', 'temporary'] as const;

/** Three to five static children and a strictness, from one byte. */
function scenario(seed: number): Scenario {
  const policies = Array.from({ length: 1 + (seed % 4) }, (_, index) => ({
    id: `child-${index}`,
    restart: seed % 5 === 0 ? (restarts[index % 3] ?? 'permanent') : ('permanent' as const),
    readyTimeoutMs: 500,
    stopTimeoutMs: 300,
    ...(index % 2 === 0 ? { health: { intervalMs: 200, timeoutMs: 100, failures: 2 } } : {}),
  }));
  const intensity = { restarts: seed % 7, periodMs: 5_000 };
  return { policies, options: { intensity, backoff: defaultBackoff, drainMs: 250, lostAfterMs: 2_000 } };
}

/** Runs one script to the end and throws if any rule was broken on the way. */
function survive(seed: number, script: Uint8Array, manners: Manners): FaultWorld {
  const world: FaultWorld = new FaultWorld(scenario(seed), manners);
  const rules: FaultRules = world.rules;
  world.ask('start');
  world.play(script);
  const end = world.finish();
  rules.require(end.stopped, 'a stop always comes to its end');
  rules.require(rules.unanswered() === 0, 'every request is answered');
  rules.require(manners === 'immortal' || rules.living().every((run) => run.lost), 'a stop ends everything');
  // Each child at most: asked, killed, drained; dynamic ones together.
  rules.require(end.tookMs <= 5 * (300 + 2_000 + 250), 'a stop takes no longer than the deadlines add up to');
  return world;
}

const manners = fc.constantFrom<Manners>('cooperative', 'stubborn', 'immortal');

test('10,000 random fault sequences break no rule', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.uint8Array({ maxLength: 150, size: 'max' }), manners, (seed, script, how) => {
      survive(seed, script, how);
    }),
    { numRuns: 10_000 },
  );
}, 60_000);

test('the random sequences do reach the places where things can go wrong', () => {
  const reached = new Set<string>();
  const scripts = fc.sample(
    fc.tuple(fc.nat(255), fc.uint8Array({ minLength: 90, maxLength: 150, size: 'max' }), manners),
    {
      numRuns: 1_000,
      seed: 1,
    },
  );
  for (const [seed, script, how] of scripts) {
    for (const event of survive(seed, script, how).rules.seen) reached.add(event);
  }
  expect([...reached].toSorted()).toEqual(
    [
      'child-exited',
      'child-gave-up',
      'child-killed',
      'child-lost',
      'child-protocol-error',
      'child-ready',
      'child-removed',
      'child-restarting',
      'child-start-failed',
      'child-stopping',
      'child-unhealthy',
      'escalated',
      'supervisor-ready',
      'supervisor-stopped',
      'supervisor-stopping',
    ].toSorted(),
  );
}, 30_000);
