import { describe, expect, it } from 'vitest';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  stepConnection,
} from '../../src/page/run/household/connection.ts';

/** Takes a connection through events at times; the effects of each. */
function walk(...steps: readonly (readonly [ConnectionEvent, number?])[]) {
  let connection: Connection = { at: 'idle' };
  const effects: ConnectionEffect[] = [];
  for (const [event, nowMs = 0] of steps) {
    let effect: ConnectionEffect;
    [connection, effect] = stepConnection(connection, event, nowMs, 0);
    effects.push(effect);
  }
  return { connection, effects };
}

const OPEN = [[{ type: 'begin' }], [{ type: 'discovered' }], [{ type: 'hello' }]] as const;
const LOST = [{ type: 'lost' }] as const;

describe('a user’s connection', () => {
  it('is found, opened, and found again at once when it is lost', () => {
    const { connection, effects } = walk(...OPEN, LOST);
    expect(effects).toEqual(['discover', { connect: 'own' }, undefined, 'discover']);
    expect(connection).toEqual({ at: 'discovering', failures: 0 });
  });

  it('goes through the main server where its own port does not answer, then waits longer and longer', () => {
    const first = walk([{ type: 'begin' }], [{ type: 'discovered' }], LOST, LOST);
    expect(first.effects.slice(2)).toEqual([{ connect: 'main' }, undefined]);
    expect(first.connection).toEqual({ at: 'waiting', untilMs: 50, failures: 1 });
    const [again, effect] = stepConnection(first.connection, { type: 'tick' }, 50, 0);
    expect(effect).toBe('discover');
    const [next] = stepConnection(again, { type: 'undiscovered', retryAfterS: undefined }, 60, 0);
    expect(next).toEqual({ at: 'waiting', untilMs: 160, failures: 2 });
  });

  it('waits as long as the server asks, but not longer than makes sense in mid-test', () => {
    const asked = walk([{ type: 'begin' }], [{ type: 'undiscovered', retryAfterS: 2 }, 1000]);
    expect(asked.connection).toMatchObject({ untilMs: 3000 });
    const long = walk([{ type: 'begin' }], [{ type: 'undiscovered', retryAfterS: 60 }, 1000]);
    expect(long.connection).toMatchObject({ untilMs: 4000 });
    expect(stepConnection(long.connection, { type: 'tick' }, 3999, 0)[1]).toBeUndefined();
  });

  it('counts failures anew after it was open', () => {
    const { connection } = walk([{ type: 'begin' }], [{ type: 'discovered' }], LOST, [{ type: 'hello' }], LOST);
    expect(connection).toEqual({ at: 'discovering', failures: 0 });
  });

  it('hears nothing out of turn, and nothing at all once it has ended', () => {
    expect(walk(...OPEN, [{ type: 'discovered' }], [{ type: 'tick' }]).connection).toEqual({ at: 'open' });
    expect(walk([{ type: 'lost' }]).connection).toEqual({ at: 'idle' });
    const ended = walk(...OPEN, [{ type: 'end' }], LOST, [{ type: 'begin' }]);
    expect(ended.connection).toEqual({ at: 'ended' });
    expect(ended.effects.slice(3)).toEqual([undefined, undefined, undefined]);
  });
});
