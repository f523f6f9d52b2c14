import { streamsOf } from '@rowhouse/bufferbloat-engine';
import { ACK_STREAM, type FrameHeader, HOUSEHOLD_PROFILES, readFrameHeader } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { Uplink } from '../../src/workers/uplink.ts';

const START_MS = 1_000_000;

/** A thread whose timers fire in order of time, and a socket that keeps what it was given. */
function uplinkOf(userId: string) {
  const clock = { nowMs: START_MS };
  let timers: { dueMs: number; run: () => void }[] = [];
  const sent: { readonly atMs: number; readonly header: FrameHeader; readonly bytes: number }[] = [];
  const received = { bytes: 0 };
  const profile = HOUSEHOLD_PROFILES.find(({ id }) => id === userId)!;
  const uplink = new Uplink({
    streams: streamsOf(profile.streams, 'upload'),
    startMs: START_MS,
    baseOneWayMs: 5,
    serverMs: () => clock.nowMs,
    after: (delayMs, run) => {
      const timer = { dueMs: clock.nowMs + Math.trunc(delayMs), run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    send: (message) => {
      const header = readFrameHeader(message.slice());
      if (header) sent.push({ atMs: clock.nowMs, header, bytes: message.byteLength });
    },
    ackBytes: () => received.bytes,
  });
  /** Lets the time pass, every timer `lateMs` late. */
  const pass = (untilMs: number, lateMs = 0) => {
    for (;;) {
      const next = timers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (!next || next.dueMs + lateMs > START_MS + untilMs) break;
      timers = timers.filter((each) => each !== next);
      clock.nowMs = Math.max(clock.nowMs, next.dueMs + lateMs);
      next.run();
    }
    clock.nowMs = START_MS + untilMs;
  };
  /** The server has received everything that was sent until then. */
  const acknowledge = (untilMs: number) => {
    const bytes = sent.filter(({ atMs }) => atMs <= START_MS + untilMs).reduce((sum, each) => sum + each.bytes, 0);
    uplink.flight.acknowledge(bytes, clock.nowMs);
  };
  return { uplink, sent, received, pass, acknowledge, pending: () => timers.length };
}

describe('Uplink', () => {
  it('sends every message within a millisecond of its time, with timers of whole milliseconds', () => {
    const { sent, pass } = uplinkOf('alex');
    pass(1000);
    expect(sent).toHaveLength(65);
    for (const { atMs, header } of sent) expect(Math.abs(atMs - header.dueMs)).toBeLessThan(1);
    expect(sent.map(({ header }) => header.sequence)).toEqual(sent.map((_, sequence) => sequence));
  });

  it('says how late it sent, and how late its timers fired', () => {
    const { uplink, sent, pass } = uplinkOf('alex');
    pass(1000, 4);
    for (const { atMs, header } of sent) expect(header.sentAfterMs).toBeCloseTo(atMs - header.dueMs);
    expect(Math.max(...sent.map(({ header }) => header.sentAfterMs))).toBeGreaterThan(3);
    const lateMs = uplink.takeLateMs();
    expect(lateMs.length).toBeGreaterThan(60);
    for (const each of lateMs) expect(each).toBeLessThanOrEqual(4);
    expect(uplink.takeLateMs()).toEqual([]);
  });

  it('drops what would be late while the way is full, and goes on when it is free again', () => {
    const { uplink, sent, pass, acknowledge } = uplinkOf('alex');
    pass(500);
    acknowledge(400);
    const before = sent.length;
    pass(600);
    expect(sent.length).toBe(before);
    acknowledge(600);
    pass(700);
    expect(sent.length).toBeGreaterThan(before);
    expect(uplink.counts()[0]?.dropped).toBeGreaterThan(0);
  });

  it('acknowledges by what it sends anyway, else by itself within 20 ms', () => {
    const alex = uplinkOf('alex');
    alex.pass(1);
    alex.received.bytes = 1465;
    alex.uplink.owe();
    alex.pass(40);
    expect(alex.sent.map(({ header }) => [header.stream, header.ackBytes])).toEqual([
      [1, 0],
      [1, 1465],
      [1, 1465],
    ]);
    const jake = uplinkOf('jake');
    jake.pass(1);
    jake.received.bytes = 9000;
    jake.uplink.owe();
    jake.uplink.owe();
    jake.pass(30);
    expect(jake.sent.slice(1).map(({ atMs, header, bytes }) => [atMs - START_MS, header.stream, bytes])).toEqual([
      [21, ACK_STREAM, 32],
    ]);
    expect(jake.sent[1]?.header).toMatchObject({ dueMs: START_MS + 21, sentAfterMs: 0, ackBytes: 9000 });
  });

  it('ends with what is due, and leaves no timer', () => {
    const { uplink, sent, pass, pending } = uplinkOf('sarah');
    pass(1000, 1);
    uplink.owe();
    uplink.finish();
    expect(sent.filter(({ header }) => header.stream === 2)).toHaveLength(51);
    expect(pending()).toBe(0);
  });
});
