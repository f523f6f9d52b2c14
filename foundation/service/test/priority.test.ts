import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { setNiceness } from '../src/priority.ts';

const isRoot = process.getuid?.() === 0;
const before = getPriority();
/** Empty where the kernel shares out without sessions, as for a process that never had one of its own. */
const ownAutogroup = (): string => {
  try {
    return readFileSync('/proc/self/autogroup', 'utf8');
  } catch {
    return '';
  }
};

describe('setNiceness', () => {
  afterEach(() => {
    if (isRoot) setNiceness(before);
  });

  it('makes a process less favoured, which anybody may', () => {
    expect(setNiceness(before + 1)).toBe(true);
    expect(getPriority()).toBe(before + 1);
  });

  it.skipIf(!isRoot)('makes it more favoured', () => {
    expect(setNiceness(-3)).toBe(true);
    expect(getPriority()).toBe(-3);
  });

  it.skipIf(!isRoot || ownAutogroup() === '')('takes its session with it', () => {
    setNiceness(-3);
    expect(ownAutogroup()).toMatch(/nice -3/);
  });

  it.skipIf(isRoot)('says so when it is not granted', () => {
    expect(setNiceness(-3)).toBe(false);
  });
});
