import * as fc from 'fast-check';
import type { SegmentStream, UnitStream } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { segmentBytes, streamsOf, TrafficSender, unitDueMs } from '../../src/index.ts';
import { bytesOf, everyMs, only, run, START_MS, streamsOfUser, unitStreams } from './streams.ts';

const [ticks] = unitStreams as [UnitStream];
const down = (id: string) => streamsOf(streamsOfUser(id), 'download');
const film = streamsOfUser('jake')[0] as SegmentStream;

describe('TrafficSender with units', () => {
  it('sends every user’s exact rate over a minute of 1 ms turns', () => {
    for (const id of ['alex', 'sarah']) {
      const sender = new TrafficSender(down(id), START_MS);
      run(sender, everyMs(0, 60_000));
      for (const { stream, sent, dropped, bytes } of sender.counts()) {
        const unit = streamsOfUser(id)[stream] as UnitStream;
        expect(sent).toBe(unit.perS * 60);
        expect(dropped).toBe(0);
        expect(Math.abs(bytes - (unit.mbps * 1e6 * 60) / 8)).toBeLessThan(1);
      }
    }
  });

  it('never sends a unit twice, early or later than its successor’s time, however the turns fall', () => {
    const turns = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(turns, fc.constantFrom(...unitStreams), fc.func(fc.boolean()), (gaps, stream, takes) => {
        let at = 0;
        const moments = gaps.map((gap) => (at += gap));
        const sender = new TrafficSender(only(stream), START_MS);
        const sent = run(sender, moments, ({ sequence }) => takes(sequence));
        const [counts] = sender.counts();
        let last = -1;
        for (const message of sent) {
          expect(message.sequence).toBeGreaterThan(last);
          last = message.sequence;
          const lateMs = message.atMs - unitDueMs(stream, message.sequence);
          expect(lateMs).toBeGreaterThan(-0.01);
          expect(lateMs).toBeLessThan(1000 / stream.perS + 0.01);
        }
        expect(counts?.sent).toBe(sent.length);
        expect(counts && counts.sent + counts.dropped).toBe(counts?.due);
        // Everything that was due is accounted for, as sent or as dropped.
        expect(Math.abs((counts?.due ?? 0) - (Math.floor((at * stream.perS) / 1000) + 1))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('goes on with the grid after a stall of any length, without a burst', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 3_600_000, noNaN: true }), (stallMs) => {
        const sender = new TrafficSender(only(ticks), START_MS);
        run(sender, everyMs(0, 500));
        expect(run(sender, [500 + stallMs]).length).toBeLessThanOrEqual(2);
        const after = run(sender, everyMs(500 + Math.ceil(stallMs) + 1, 1500 + Math.ceil(stallMs) + 1));
        expect(Math.abs(after.length - ticks.perS)).toBeLessThanOrEqual(1);
        for (const { atMs, sequence } of after.slice(1)) expect(atMs - unitDueMs(ticks, sequence)).toBeLessThan(1.01);
      }),
    );
  });

  it('drops what is refused and counts it', () => {
    const sender = new TrafficSender(only(ticks), START_MS);
    const sent = run(sender, everyMs(0, 1000), (_, atMs) => atMs < 500);
    expect(sent).toHaveLength(64);
    expect(sender.counts()).toEqual([{ stream: 0, due: 128, sent: 64, dropped: 64, bytes: bytesOf(sent) }]);
  });

  it('sends the streams of a call oldest first and says when the next is due', () => {
    const sender = new TrafficSender(down('sarah'), START_MS);
    expect(sender.nextDueMs()).toBe(START_MS);
    const sent = run(sender, [0, 20, 34]);
    expect(sent.map(({ stream, keyFrame }) => [stream, keyFrame])).toEqual([
      [0, false],
      [1, true],
      [0, false],
      [1, false],
    ]);
    expect(sender.nextDueMs()).toBe(START_MS + 40);
  });

  it('has nothing to do without streams', () => {
    expect(new TrafficSender([], START_MS).nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('TrafficSender with bulk', () => {
  it('holds the rate over a minute, exact to one message, with turns that come late and unevenly', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.2, max: 40, noNaN: true }), { minLength: 50, maxLength: 50 }), (gaps) => {
        const sender = new TrafficSender(down('computer'), START_MS);
        let at = 0;
        let bytes = 0;
        for (let n = 0; at < 60_000; n += 1) {
          sender.step(START_MS + at, (message) => {
            bytes += message.bytes;
            return true;
          });
          at += gaps[n % gaps.length] ?? 1;
        }
        const wanted = (50e6 * at) / 8000;
        expect(Math.abs(bytes - wanted)).toBeLessThan(50 * 125 * 45);
      }),
      { numRuns: 20 },
    );
  });

  it('offers what was refused again, and makes up for no more than 100 ms', () => {
    const sender = new TrafficSender(down('computer'), START_MS, { retryMs: 5 });
    const sent = run(sender, everyMs(0, 3000), (_, atMs) => atMs >= 2000);
    expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, at) => at));
    expect(bytesOf(sent)).toBeLessThan(50 * 125 * 1120);
    expect(bytesOf(sent)).toBeGreaterThan(50 * 125 * 1080);
    expect(sender.counts()[0]?.dropped).toBe(0);
  });

  it('offers again at once when told that there is room', () => {
    const sender = new TrafficSender(down('computer'), START_MS, { retryMs: 1000 });
    run(sender, [0], () => false);
    expect(sender.nextDueMs()).toBe(START_MS + 1000);
    sender.retry();
    expect(sender.nextDueMs()).toBe(START_MS);
    expect(run(sender, [1])).toHaveLength(1);
  });

  it('changes rate and message size from the next message on', () => {
    const sender = new TrafficSender(down('computer'), START_MS);
    run(sender, everyMs(0, 1000));
    sender.setBulk(200, 3);
    const sent = run(sender, everyMs(1000, 2000));
    expect(Math.abs(bytesOf(sent) - 25e6)).toBeLessThan(2 * 125_000);
    expect(new Set(sent.map(({ unit }) => unit))).toEqual(new Set([3]));
    expect(sent[0]?.bytes).toBe(125_000);
  });
});

describe('TrafficSender with segments', () => {
  it('sends each in its second, whole, and rests for four', () => {
    const sender = new TrafficSender(down('jake'), START_MS);
    const sent = run(sender, everyMs(0, 60_000));
    expect(bytesOf(sent)).toBe((5e6 * 60) / 8);
    expect(sent.at(-1)?.unit).toBe(11);
    for (const { atMs, unit, unitBytes } of sent) {
      expect(unitBytes).toBe(3_125_000);
      expect(atMs).toBeGreaterThanOrEqual(unit * 5000);
      expect(atMs).toBeLessThan(unit * 5000 + 1001);
    }
    expect(bytesOf(sent.filter(({ atMs }) => atMs < 500))).toBeCloseTo(1_562_500, -5);
  });

  it('takes another quality from the next segment on', () => {
    const sender = new TrafficSender(down('jake'), START_MS);
    run(sender, everyMs(0, 500));
    sender.setQuality(99);
    const sent = run(sender, everyMs(500, 10_000));
    expect(sent.filter(({ unit }) => unit === 0).every(({ quality }) => quality === 0)).toBe(true);
    const second = sent.filter(({ unit }) => unit === 1);
    expect(second.every(({ quality }) => quality === 4)).toBe(true);
    expect(bytesOf(second)).toBe(segmentBytes(film, 4));
    expect(segmentBytes(film, 9)).toBe(312_500);
  });

  it('leaves none out where the line is too slow: each follows when the one before is through', () => {
    const sender = new TrafficSender(down('jake'), START_MS);
    let room = 0;
    const sent = run(sender, everyMs(0, 20_000), ({ bytes }, atMs) => {
      if (atMs * 250 - room < bytes) return false; // a line of 2 Mbit/s
      room += bytes;
      return true;
    });
    expect(bytesOf(sent)).toBeGreaterThan(250 * 19_500);
    expect(sent.at(-1)?.unit).toBe(1);
    expect(sent.filter(({ unit }) => unit === 0).length).toBeGreaterThan(1);
    sender.retry();
    expect(sender.counts()[0]?.bytes).toBe(bytesOf(sent));
  });
});
