import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REDRAW_MS, throttled } from '../src/page/view/throttle.ts';

describe('throttled', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('looks five times a second at most, however often things change, and ends with what was last', () => {
    const change = signal(0);
    const looks: number[] = [];
    const { view, end } = throttled([change], () => looks.push(change.peek()), REDRAW_MS.usual);
    for (let ms = 0; ms < 1000; ms += 10) {
      change.value += 1;
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(REDRAW_MS.usual);
    expect(view.value).toBe(looks.length);
    expect(looks.length).toBeLessThanOrEqual(7);
    expect(looks.at(-1)).toBe(100);
    end();
  });

  it('rests when nothing changes, and for good once it has ended', () => {
    const change = signal(0);
    let looks = 0;
    const { end } = throttled([change], () => (looks += 1), REDRAW_MS.usual);
    vi.advanceTimersByTime(5000);
    const rested = looks;
    vi.advanceTimersByTime(5000);
    expect(looks).toBe(rested);
    change.value = 1;
    end();
    vi.advanceTimersByTime(5000);
    expect(looks).toBe(rested);
  });
});
