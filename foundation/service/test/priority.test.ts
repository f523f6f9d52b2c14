import { readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { setNiceness } from '../src/priority.ts';

const isRoot = process.getuid?.() === 0;
const before = getPriority();

describe('setNiceness', () => {
  afterEach(() => {
    if (isRoot) setPriority(before);
  });

  it('makes a process less favoured, which anybody may', () => {
    expect(setNiceness(before + 1)).toBe(true);
    expect(getPriority()).toBe(before + 1);
  });

  it.skipIf(!isRoot)('makes it more favoured, its session with it', () => {
    expect(setNiceness(-3)).toBe(true);
    expect(getPriority()).toBe(-3);
    expect(readFileSync('/proc/self/autogroup', 'utf8')).toMatch(/nice -3/);
    setNiceness(before);
  });

  it.skipIf(isRoot)('says so when it is not granted', () => {
    expect(setNiceness(-3)).toBe(false);
  });
});
