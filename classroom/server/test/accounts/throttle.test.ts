import { describe, expect, it } from 'vitest';
import { createThrottle } from '../../src/accounts/throttle.ts';

function setUp() {
  let now = 0;
  const clock = { nowMs: () => now, epochMs: () => now, after: () => () => {} };
  const throttle = createThrottle(clock);
  return {
    turn: (ms: number) => {
      now += ms;
    },
    // Each on a connection of its own, unless it says which.
    begin: (name: string, address: string, connection: object = {}) => throttle.begin(name, { address, connection }),
    beginSignedIn: (name: string) => throttle.beginSignedIn(name, { address: '10.0.0.1', connection: {} }),
    fail: (name: string, address = '10.0.0.1', connection: object = {}) =>
      throttle.begin(name, { address, connection }).failed(),
    waitS(name: string, address = '10.0.0.1'): number {
      try {
        throttle.begin(name, { address, connection: {} }).abandoned();
        return 0;
      } catch (error) {
        return (error as { retryAfterS: number }).retryAfterS;
      }
    },
  };
}

describe('throttle', () => {
  it('lets five mistakes pass, then doubles the wait up to a minute', () => {
    const { fail, turn, waitS } = setUp();
    for (let count = 0; count < 4; count += 1) fail('anna');
    expect(waitS('anna')).toBe(0);
    const waits: number[] = [];
    for (let count = 0; count < 9; count += 1) {
      fail('anna');
      waits.push(waitS('anna'));
      turn(waits.at(-1)! * 1_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('holds up nobody else, from there or elsewhere', () => {
    const { fail, waitS } = setUp();
    for (let count = 0; count < 5; count += 1) fail('anna');
    expect(waitS('anna')).toBe(1);
    expect(waitS('bert')).toBe(0);
    expect(waitS('anna', '10.0.0.2')).toBe(0);
  });

  it('forgets after a success, and after a quarter of an hour', () => {
    const { begin, fail, turn, waitS } = setUp();
    for (let count = 0; count < 5; count += 1) fail('anna');
    turn(1_000);
    begin('anna', '10.0.0.1').succeeded();
    fail('anna');
    expect(waitS('anna')).toBe(0);
    for (let count = 0; count < 4; count += 1) fail('anna');
    expect(waitS('anna')).toBe(1);
    turn(15 * 60_000);
    fail('anna');
    expect(waitS('anna')).toBe(0);
  });

  it('counts what is under way', () => {
    const { begin } = setUp();
    const attempts = Array.from({ length: 5 }, () => begin('anna', '10.0.0.1'));
    expect(() => begin('anna', '10.0.0.1')).toThrow('Too many');
    attempts.at(0)?.abandoned();
    begin('anna', '10.0.0.1');
  });

  it('takes the machines of an IPv6 network for one, and an embedded IPv4 address for itself', () => {
    const { fail, waitS } = setUp();
    for (let count = 0; count < 5; count += 1) fail('anna', `2001:db8:1:2::${count}`);
    expect(waitS('anna', '2001:db8:1:2:ffff::1')).toBe(1);
    expect(waitS('anna', '2001:db8:1:3::1')).toBe(0);
    for (let count = 0; count < 5; count += 1) fail('bert', '::ffff:10.0.0.1');
    expect(waitS('bert', '10.0.0.1')).toBe(1);
  });

  it('lets an address with very many mistakes wait for others, but not who is known there', () => {
    const { begin, fail, turn } = setUp();
    begin('anna', '10.0.0.1').succeeded();
    for (let count = 0; count < 300; count += 1) fail(`guess${count}`);
    expect(begin('anna', '10.0.0.1').turn.lane).toBe('now');
    expect(begin('bert', '10.0.0.1').turn.lane).toBe('slow');
    expect(begin('bert', '10.0.0.2').turn.lane).toBe('now');
    turn(5_000);
    expect(begin('carl', '10.0.0.1').turn.lane).toBe('now');
  });

  it('is not made to forget a real target by a flood of invented names', () => {
    const { fail, turn, waitS } = setUp();
    for (let count = 0; count < 5; count += 1) fail('anna');
    turn(1_000);
    fail('anna');
    for (let count = 0; count < 30_000; count += 1) fail(`invented${count}`, `10.1.${count % 200}.${count % 250}`);
    expect(waitS('anna')).toBeGreaterThan(0);
  });

  it('is not made to forget by those who only try, and whom nobody has an answer for yet', () => {
    const { begin, fail, waitS } = setUp();
    for (let count = 0; count < 5; count += 1) fail('anna');
    expect(waitS('anna')).toBe(1);
    const waiting = Array.from({ length: 5 }, () => begin('bert', '10.0.0.1'));
    for (let count = 0; count < 30_000; count += 1) begin(`invented${count}`, '10.0.0.2').abandoned();
    expect(waitS('anna')).toBe(1);
    expect(() => begin('bert', '10.0.0.1')).toThrow('Too many');
    for (const attempt of waiting) attempt.abandoned();
  });

  it('lets a connection try one password at a time, and puts it behind others once it was wrong a few times', () => {
    const { begin, fail } = setUp();
    const connection = {};
    const attempt = begin('anna', '10.0.0.1', connection);
    expect(() => begin('bert', '10.0.0.1', connection)).toThrow('Too many');
    attempt.abandoned();
    for (let count = 0; count < 2; count += 1) fail(`guess${count}`, '10.0.0.1', connection);
    expect(begin('bert', '10.0.0.1', connection).turn.place.mistakes).toBe(0);
    for (let count = 0; count < 3; count += 1) fail(`guess${count}`, '10.0.0.1', {});
    const other = {};
    for (let count = 0; count < 4; count += 1) fail(`other${count}`, '10.0.0.1', other);
    expect(begin('carl', '10.0.0.1', other).turn.place.mistakes).toBe(2);
    expect(begin('carl', '10.0.0.1').turn.place.mistakes).toBe(0);
  });

  it('lets who is signed in change their password, however others guess at their name', () => {
    const { beginSignedIn, fail, waitS } = setUp();
    for (let count = 0; count < 5; count += 1) fail('anna');
    expect(waitS('anna')).toBe(1);
    for (let count = 0; count < 5; count += 1) beginSignedIn('anna').failed();
    expect(() => beginSignedIn('anna')).toThrow('Too many');
  });
});
