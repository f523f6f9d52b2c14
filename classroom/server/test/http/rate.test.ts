import { describe, expect, it } from 'vitest';
import { createRate } from '../../src/http/rate.ts';

describe('requests', () => {
  it('may come fast for a while, and are refused beyond that until some time has passed', () => {
    let nowMs = 0;
    const rate = createRate(() => nowMs, { burst: 20, perS: 10 });
    for (let count = 0; count < 20; count += 1) rate('anna');
    expect(() => rate('anna')).toThrow(expect.objectContaining({ code: 'too-many-requests', retryAfterS: 1 }) as Error);
    rate('bert');
    nowMs += 1_000;
    for (let count = 0; count < 10; count += 1) rate('anna');
    expect(() => rate('anna')).toThrow('Too many requests');
  });

  it('are not for free to who asks on though refused', () => {
    let nowMs = 0;
    const rate = createRate(() => nowMs, { burst: 1, perS: 1 });
    rate('anna');
    for (let count = 0; count < 9; count += 1) {
      nowMs += 100;
      expect(() => rate('anna')).toThrow('Too many requests');
    }
    nowMs += 150;
    rate('anna');
  });

  it('are counted in bounded memory, and with a clock that was set back', () => {
    let nowMs = 1e9;
    const rate = createRate(() => nowMs, { burst: 1, perS: 1 });
    rate('anna');
    for (let count = 0; count < 7_000; count += 1) rate(`stranger ${count}`);
    nowMs = 0;
    expect(() => rate('anna')).toThrow('Too many requests');
    for (let count = 0; count < 9_000; count += 1) rate(`other ${count}`);
    rate('anna'); // forgotten: nobody is kept for good
  });
});
