import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProbeLog } from '../src/probe-log.ts';

const AT = 1_700_000_000_000;

describe('ProbeLog', () => {
  it('gives the round trip of each reply, and samples in the order of sending', () => {
    const log = new ProbeLog('udp');
    log.sent(1, AT);
    log.sent(2, AT + 20);
    expect(log.answered(2, AT + 35, AT)).toBe(15);
    expect(log.answered(1, AT + 40, AT)).toBe(40);
    expect(log.samples()).toEqual([
      { sentMs: AT, rttMs: 40, outcome: 'ok' },
      { sentMs: AT + 20, rttMs: 15, outcome: 'ok' },
    ]);
  });

  it('ignores a duplicate and a stranger', () => {
    const log = new ProbeLog('udp');
    log.sent(1, AT);
    log.answered(1, AT + 10, AT);
    expect(log.answered(1, AT + 20, AT)).toBeUndefined();
    expect(log.answered(9, AT + 20, AT)).toBeUndefined();
    expect(log.samples()).toHaveLength(1);
  });

  it('refuses a number that is still awaited', () => {
    const log = new ProbeLog('udp');
    log.sent(1, AT);
    expect(() => log.sent(1, AT + 1)).toThrow('probe 1 is still awaited');
  });

  it('takes a reply that comes before it was sent (a stepped clock) as immediate', () => {
    const log = new ProbeLog('udp');
    log.sent(1, AT);
    expect(log.answered(1, AT - 5, AT)).toBe(0);
  });

  it('counts a UDP probe that a later one overtook as lost, one that nothing overtook as censored at its age', () => {
    const log = new ProbeLog('udp');
    log.sent(1, AT);
    log.sent(2, AT + 100);
    log.sent(3, AT + 200);
    log.answered(2, AT + 150, AT);
    log.settle(AT + 1200);
    expect(log.samples()).toEqual([
      { sentMs: AT, rttMs: null, outcome: 'lost' },
      { sentMs: AT + 100, rttMs: 50, outcome: 'ok' },
      { sentMs: AT + 200, rttMs: 1000, outcome: 'censored' },
    ]);
  });

  it('loses nothing over TCP: what is not back is censored, at 3 s at most', () => {
    const log = new ProbeLog('websocket');
    log.sent(1, AT);
    log.sent(2, AT + 100);
    log.answered(2, AT + 150, AT);
    log.settle(AT + 60_000);
    expect(log.samples()[0]).toEqual({ sentMs: AT, rttMs: 3000, outcome: 'censored' });
  });

  it('awaits replies for 3 s and still takes a later one, which is the truth about its probe', () => {
    const log = new ProbeLog('udp');
    log.sent(1, AT);
    log.sent(2, AT + 500);
    expect(log.outstanding(AT + 2999)).toBe(2);
    expect(log.outstanding(AT + 3000)).toBe(1);
    expect(log.outstanding(AT + 3500)).toBe(0);
    expect(log.answered(1, AT + 4200, AT)).toBe(4200);
    log.settle(AT + 4300);
    expect(log.samples().map(({ rttMs }) => rttMs)).toEqual([4200, 3000]);
  });

  it('takes back what was in flight when the connection broke, but not what had been stuck for 3 s', () => {
    const log = new ProbeLog('websocket');
    log.sent(1, AT);
    log.sent(2, AT + 2900);
    log.sent(3, AT + 3000);
    expect(log.disconnected(AT + 3100)).toBe(AT + 2900);
    expect(log.samples()).toEqual([{ sentMs: AT, rttMs: 3000, outcome: 'censored' }]);
    expect(log.outstanding(AT + 3100)).toBe(0);
    expect(log.answered(3, AT + 3200, AT)).toBeUndefined();
    expect(log.disconnected(AT + 9000)).toBe(AT + 9000);
  });

  it('finds the offset of the clocks from the fastest replies, which are the symmetric ones', () => {
    const log = new ProbeLog('udp');
    for (let each = 0; each < 100; each += 1) {
      const sentMs = AT + each * 20;
      // Most wait in the upload queue, which skews them; every tenth does not.
      const upMs = each % 10 === 0 ? 5 : 5 + each;
      log.sent(each, sentMs);
      log.answered(each, sentMs + upMs + 5, sentMs + upMs + 1234.5);
    }
    expect(log.clockOffsetMs()).toBeCloseTo(1234.5, 3);
  });

  it('knows no offset without a reply', () => {
    const log = new ProbeLog('udp');
    log.sent(1, AT);
    log.settle(AT + 10);
    expect(log.clockOffsetMs()).toBeUndefined();
  });

  it('ends with exactly one outcome for every probe, whatever order replies come in', () => {
    const replies = fc.array(fc.record({ sequence: fc.nat(30), afterMs: fc.nat(5000) }), { maxLength: 60 });
    fc.assert(
      fc.property(
        fc.constantFrom('udp' as const, 'websocket' as const),
        fc.integer({ min: 1, max: 30 }),
        replies,
        (signal, count, each) => {
          const log = new ProbeLog(signal);
          for (let sequence = 0; sequence < count; sequence += 1) log.sent(sequence, AT + sequence * 20);
          const ordered = each.toSorted((a, b) => a.afterMs - b.afterMs);
          let answers = 0;
          for (const { sequence, afterMs } of ordered) {
            if (log.answered(sequence, AT + 600 + afterMs, AT) !== undefined) answers += 1;
          }
          log.settle(AT + 6000);
          const samples = log.samples();
          expect(samples).toHaveLength(count);
          expect(samples.filter(({ outcome }) => outcome === 'ok')).toHaveLength(answers);
          expect(samples.every(({ outcome, rttMs }) => (outcome === 'lost') === (rttMs === null))).toBe(true);
          expect(signal === 'udp' || samples.every(({ outcome }) => outcome !== 'lost')).toBe(true);
          expect(log.outstanding(AT + 600)).toBe(0);
        },
      ),
    );
  });
});
