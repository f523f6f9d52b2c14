import { describe, expect, it } from 'vitest';
import { createHasher } from '../../src/accounts/hashing.ts';

describe('hashing', () => {
  it('costs what it should, and tells right from wrong', async () => {
    const hasher = createHasher(2);
    const stored = await hasher.hash('a secret of mine', 'now');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(stored, 'a secret of mine', 'now')).toBe(true);
    expect(await hasher.verify(stored, 'a secret of yours', 'now')).toBe(false);
    expect(await hasher.verify(undefined, 'a secret of mine', 'now')).toBe(false);
  });

  it('refuses when too many wait, and goes on with the others', async () => {
    const hasher = createHasher(2);
    const stored = await hasher.hash('x', 'now');
    const results = await Promise.allSettled(Array.from({ length: 230 }, () => hasher.verify(stored, 'y', 'now')));
    const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.length).toBeLessThanOrEqual(30);
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
    expect(order.slice(0, 9).filter((lane) => lane === 'now').length).toBeGreaterThanOrEqual(6);
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
    await Promise.all(Array.from({ length: 20 }, () => hasher.verify(stored, 'x', 'now')));
    clearInterval(timer);
    expect(worstMs).toBeLessThan(60);
  });
});
