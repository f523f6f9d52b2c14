import { describe, expect, it } from 'vitest';
import { createLookups } from '../../src/sessions/lookups.ts';

/** A database that answers when it is told to. */
function setUp() {
  const lookups = createLookups<string>();
  const asked: { readonly key: string; answer(): void }[] = [];
  const ask = (key: string, address: string, mistakes = 0) =>
    lookups.ask(
      key,
      { address, mistakes },
      () => new Promise((resolve) => asked.push({ key, answer: () => resolve(key) })),
    );
  const answerAll = async () => {
    while (asked.length > 0) {
      asked.shift()?.answer();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ask, asked, answerAll };
}

describe('tokens that are not in memory', () => {
  it('are looked up once, however many wait', async () => {
    const { ask, asked, answerAll } = setUp();
    const answers = [ask('a', '10.0.0.1'), ask('a', '10.0.0.2'), ask('a', '10.0.0.1')];
    expect(asked.length).toBe(1);
    await answerAll();
    expect(await Promise.all(answers)).toEqual(['a', 'a', 'a']);
  });

  it('are looked up for 38 who come back, though somebody beside them invents as many as there is room for', async () => {
    const { ask, asked, answerAll } = setUp();
    const invented = Array.from({ length: 500 }, (_, index) => ask(`invented ${index}`, '10.0.0.1', 3));
    const settled = Promise.allSettled(invented);
    const own = Promise.all(Array.from({ length: 38 }, (_, index) => ask(`own ${index}`, '10.0.0.1')));
    expect(asked.length).toBeLessThan(10);
    const order: string[] = [];
    void own.then(() => order.push('own'));
    void settled.then(() => order.push('invented'));
    await answerAll();
    expect((await own).length).toBe(38);
    const refused = (await settled).filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBeGreaterThan(100);
    expect(refused[0]?.reason).toMatchObject({ code: 'busy', retryAfterS: 1 });
    expect(order).toEqual(['own', 'invented']);
  });

  it('are looked up for another address in its turn', async () => {
    const { ask, answerAll } = setUp();
    void Promise.allSettled(Array.from({ length: 500 }, (_, index) => ask(`invented ${index}`, '10.0.0.1')));
    const own = Promise.all(Array.from({ length: 38 }, (_, index) => ask(`own ${index}`, '10.0.0.2')));
    await answerAll();
    expect((await own).length).toBe(38);
  });
});
