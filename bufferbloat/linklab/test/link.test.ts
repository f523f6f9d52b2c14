import { describe, expect, it } from 'vitest';
import { fullQueueMs, LabError, parseLink, queueLimitBytes, wireTimeMs } from '../src/index.ts';

describe('parseLink', () => {
  it('reads rates and queues in every unit', () => {
    expect(parseLink({ down: '20mbit/200ms', up: '500kbit/30ms' })).toEqual({
      down: { rateMbps: 20, queueMs: 200 },
      up: { rateMbps: 0.5, queueMs: 30 },
    });
    expect(parseLink({ down: '1gbit/64kb', up: '2.5Mbit/1s', rtt: '20ms' })).toEqual({
      down: { rateMbps: 1000, queueBytes: 64_000 },
      up: { rateMbps: 2.5, queueMs: 1000 },
      baseRttMs: 20,
    });
  });

  it.each([
    [{ down: '20mbit', up: '5mbit/30ms' }, 'down: "20mbit" is not RATE/QUEUE'],
    [{ down: '20mbit/30ms/1ms', up: '5mbit/30ms' }, 'down: "20mbit/30ms/1ms" is not RATE/QUEUE'],
    [{ down: '20mbit/30ms', up: '5mb/30ms' }, 'up: "5mb" in "5mb/30ms"'],
    [{ down: '20mbit/30ms', up: '-5mbit/30ms' }, 'up: "-5mbit"'],
    [{ down: '20mbit/ms', up: '5mbit/30ms' }, 'down: "ms" in "20mbit/ms"'],
    [{ down: '0mbit/30ms', up: '5mbit/30ms' }, 'down rate: 0 is not between 0.1 and 10000 Mbit/s'],
    [{ down: '5mbit/30ms', up: '5mbit/60s' }, 'up queue: 60000 is not between'],
    [{ down: '5mbit/30ms', up: '5mbit/30ms', rtt: '20' }, 'rtt: "20"'],
    [{ down: '5mbit/30ms', up: '5mbit/30ms', rtt: '3s' }, 'rtt: 3000 is not between 0 and 2000 ms'],
  ])('refuses %j by name', (text, message) => {
    expect(() => parseLink(text)).toThrow(LabError);
    expect(() => parseLink(text)).toThrow(message);
  });
});

describe('queue sizes', () => {
  it('turns a time into bytes at the rate', () => {
    expect(queueLimitBytes({ rateMbps: 20, queueMs: 200 })).toBe(500_000);
    expect(fullQueueMs({ rateMbps: 20, queueMs: 200 })).toBe(200);
  });

  it('never holds less than ten full packets', () => {
    expect(queueLimitBytes({ rateMbps: 1, queueMs: 3 })).toBe(15_140);
    expect(queueLimitBytes({ rateMbps: 100, queueBytes: 1000 })).toBe(15_140);
    expect(fullQueueMs({ rateMbps: 1, queueMs: 3 })).toBeCloseTo(121.12, 6);
  });

  it('gives bytes precedence over time, and a packet its time on the wire', () => {
    expect(queueLimitBytes({ rateMbps: 100, queueMs: 10, queueBytes: 64_000 })).toBe(64_000);
    expect(wireTimeMs({ rateMbps: 2 })).toBeCloseTo(6.056, 6);
  });
});
