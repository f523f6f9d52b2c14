import { describe, expect, it } from 'vitest';
import { streamsOf } from '@rowhouse/bufferbloat-engine';
import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { MessageBudget } from '../../src/household/budget.ts';

const uplink = (id: string) =>
  streamsOf(HOUSEHOLD_PROFILES.find((profile) => profile.id === id)?.streams ?? [], 'upload').map(
    ({ stream }) => stream,
  );

describe('MessageBudget', () => {
  it.each([
    ['alex', 64, 1465],
    ['sarah', 80, 3900],
    ['computer', 200, 1250],
    ['jake', 11, 1200],
  ])('lets %s send for five minutes, and eight seconds’ worth at once after a stall', (id, perS, bytes) => {
    const budget = new MessageBudget(uplink(id), 0);
    for (let n = 0; n < perS * 300; n += 1) expect(budget.take(bytes, (n * 1000) / perS)).toBe(true);
    for (let n = 0; n < perS * 8; n += 1) expect(budget.take(bytes, 308_000)).toBe(true);
  });

  it('ends a flood of messages, and one of bytes, within its allowance', () => {
    const many = new MessageBudget(uplink('alex'), 0);
    let messages = 0;
    while (many.take(32, messages / 10)) messages += 1;
    expect(messages).toBeLessThan(3500);
    const large = new MessageBudget(uplink('alex'), 0);
    let bytes = 0;
    while (large.take(1_000_000, 0)) bytes += 1_000_000;
    expect(bytes).toBeLessThan(4_000_000);
  });

  it('does not mind a clock that was set back', () => {
    const budget = new MessageBudget(uplink('alex'), 1000);
    expect(budget.take(32, 0)).toBe(true);
  });
});
