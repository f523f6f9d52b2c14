import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createHasher } from '../../src/accounts/hashing.ts';

const NOW = { lane: 'now', place: { address: '10.0.0.1', mistakes: 0 } } as const;

/** One for many. */
function leaver(): AbortController {
  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  return leaving;
}

describe('hashing', () => {
  it('costs what it should, and tells right from wrong', async () => {
    const hasher = createHasher(2);
    const stored = await hasher.hash('a secret of mine', 'now');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(stored, 'a secret of mine', NOW)).toBe(true);
    expect(await hasher.verify(stored, 'a secret of yours', NOW)).toBe(false);
    expect(await hasher.verify(undefined, 'a secret of mine', NOW)).toBe(false);
  });

  it('refuses when too many wait, and goes on with the others', async () => {
    const hasher = createHasher(2);
    const stored = await hasher.hash('x', 'now');
    const leaving = leaver();
    const results = Promise.allSettled(
      Array.from({ length: 430 }, () => hasher.verify(stored, 'y', { ...NOW, gone: leaving.signal })),
    );
    expect(await hasher.verify(stored, 'x', { lane: 'now', place: { address: '10.0.0.2', mistakes: 0 } })).toBe(true);
    leaving.abort();
    const refused = (await results).filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBeGreaterThan(400);
    expect(refused.at(0)?.reason).toMatchObject({ code: 'busy', retryAfterS: 2 });
    expect(hasher.waiting()).toBe(0);
  });

  it('lets nobody wait for a list, or for those who guess', async () => {
    const hasher = createHasher(2);
    const order: string[] = [];
    const later = [
      ...Array.from({ length: 10 }, () => hasher.hash('x', 'bulk').then(() => order.push('bulk'))),
      ...Array.from({ length: 10 }, () => hasher.hash('x', 'slow').then(() => order.push('slow'))),
    ];
    const now = Array.from({ length: 6 }, () => hasher.hash('x', 'now').then(() => order.push('now')));
    await Promise.all([...later, ...now]);
    // Two were under way already, and two end beside the last of them.
    expect(order.lastIndexOf('now')).toBeLessThan(12);
  });

  it('leaves the event loop alone', async () => {
    const hasher = createHasher(2);
    const stored = await hasher.hash('x', 'now');
    let worstMs = 0;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      worstMs = Math.max(worstMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 2);
    await Promise.all(Array.from({ length: 20 }, () => hasher.verify(stored, 'x', NOW)));
    clearInterval(timer);
    expect(worstMs).toBeLessThan(60);
  });

  it('does no work for who has left', async () => {
    const hasher = createHasher(1);
    const stored = await hasher.hash('x', 'now');
    const leaving = leaver();
    const first = hasher.verify(stored, 'x', NOW);
    const others = Array.from({ length: 50 }, () => hasher.verify(stored, 'x', { ...NOW, gone: leaving.signal }));
    const left = Promise.allSettled(others);
    await Promise.resolve(); // all of them stand in line
    leaving.abort();
    expect(hasher.waiting()).toBe(0);
    expect((await left).every(({ status }) => status === 'rejected')).toBe(true);
    expect(await first).toBe(true);
  });

  it('lets 37 in behind an address of which one guesses at as many names as there is room for', async () => {
    const hasher = createHasher(2);
    const stored = await hasher.hash('x', 'now');
    const guess = { lane: 'slow', place: { address: '10.0.0.1', mistakes: 5 } } as const;
    const leaving = leaver();
    const guesses = Promise.allSettled(
      Array.from({ length: 450 }, () => hasher.verify(undefined, 'y', { ...guess, gone: leaving.signal })),
    );
    const newcomer = { lane: 'slow', place: { address: '10.0.0.1', mistakes: 0 } } as const;
    const others = await Promise.all(Array.from({ length: 37 }, () => hasher.verify(stored, 'x', newcomer)));
    expect(others.every(Boolean)).toBe(true);
    expect(hasher.waiting()).toBeGreaterThan(200); // they went before
    leaving.abort();
    await guesses;
  });
});
