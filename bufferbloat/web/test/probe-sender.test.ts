import { decodeProbe, encodeProbe } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { nextOnGrid, type ProbeReport, ProbeSender } from '../src/shared/probe-sender.ts';

/** A thread whose timers fire when the test says so. */
function thread(onReport = () => {}) {
  const clock = { nowMs: 10_000 };
  const timers: { dueMs: number; run: () => void }[] = [];
  const reports: ProbeReport[] = [];
  const sent: { atMs: number; sequence: number }[] = [];
  const carrier = {
    send: (bytes: Uint8Array<ArrayBuffer>) => {
      sent.push({ atMs: clock.nowMs, sequence: decodeProbe(bytes)!.sequence });
    },
  };
  const sender = new ProbeSender({
    nowMs: () => clock.nowMs,
    after: (delayMs, run) => {
      const timer = { dueMs: clock.nowMs + delayMs, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
    },
    report: (report) => {
      reports.push(report);
      onReport();
    },
    offset: 0,
  });
  /** Fires the next timer, so much later than it was due. */
  const fire = (lateMs = 0) => {
    const timer = timers.shift()!;
    clock.nowMs = timer.dueMs + lateMs;
    timer.run();
  };
  return { clock, timers, reports, sent, carrier, sender, fire };
}

describe('nextOnGrid', () => {
  it('is always later, on whole intervals from the offset', () => {
    expect(nextOnGrid(100, 20, 0)).toBe(120);
    expect(nextOnGrid(119.9, 20, 0)).toBe(120);
    expect(nextOnGrid(100, 20, 0.5)).toBe(110);
    expect(nextOnGrid(110, 20, 0.5)).toBe(130);
  });
});

describe('ProbeSender', () => {
  it('sends on a fixed grid whatever comes back, each probe with the next number', () => {
    const { sender, carrier, fire, sent } = thread();
    sender.carry(carrier);
    sender.setRate(50);
    for (let probes = 0; probes < 3; probes++) fire(3);
    expect(sent).toEqual([
      { atMs: 10_023, sequence: 0 },
      { atMs: 10_043, sequence: 1 },
      { atMs: 10_063, sequence: 2 },
    ]);
  });

  it('leaves out moments that it slept through, and says how late it was', () => {
    const { sender, carrier, fire, sent, reports } = thread();
    sender.carry(carrier);
    sender.setRate(50);
    fire(50);
    fire();
    expect(sent.map(({ atMs }) => atMs)).toEqual([10_070, 10_080]);
    expect(reports.flatMap(({ lateMs }) => lateMs)).toEqual([50, 0]);
  });

  it('does not serve a moment twice when its timer fires early', () => {
    const { sender, carrier, fire, sent } = thread();
    sender.carry(carrier);
    sender.setRate(50);
    fire(-0.4);
    fire();
    expect(sent.map(({ atMs }) => atMs)).toEqual([10_019.6, 10_040]);
  });

  it('reports what was sent and what came back since the report before', () => {
    const { sender, carrier, fire, reports } = thread();
    sender.carry(carrier);
    sender.setRate(50);
    fire();
    sender.received(encodeProbe({ sequence: 0, timeMs: 77 }).buffer, 10_025);
    fire();
    expect(reports).toEqual([
      { sent: [[0, 10_020]], answered: [], lateMs: [0] },
      { sent: [[1, 10_040]], answered: [[0, 10_025, 77]], lateMs: [0] },
    ]);
  });

  it('takes replies after the last probe and reports them at once', () => {
    const { sender, carrier, fire, reports, timers } = thread();
    sender.carry(carrier);
    sender.setRate(50);
    fire();
    sender.setRate(0);
    expect(timers).toHaveLength(0);
    sender.received(encodeProbe({ sequence: 0, timeMs: 77 }).buffer, 10_900);
    expect(reports.at(-1)).toEqual({ sent: [], answered: [[0, 10_900, 77]], lateMs: [] });
  });

  it('sends nothing without a carrier, or with one that just closed, and counts on when there is one again', () => {
    const { sender, carrier, fire, sent, reports } = thread();
    const closed = {
      send: () => {
        throw new Error('InvalidStateError');
      },
    };
    sender.setRate(50);
    fire();
    sender.carry(closed);
    fire();
    expect(reports.flatMap((report) => report.sent)).toEqual([]);
    expect(sender.drop(carrier)).toBe(false);
    expect(sender.drop(closed)).toBe(true);
    sender.carry(carrier);
    fire();
    expect(sent).toEqual([{ atMs: 10_060, sequence: 1 }]);
  });

  it('reports nothing twice when a report changes the rate', () => {
    const { sender, carrier, fire, reports } = thread(() => sender.setRate(0));
    sender.carry(carrier);
    sender.setRate(50);
    fire();
    expect(reports).toEqual([{ sent: [[0, 10_020]], answered: [], lateMs: [0] }]);
  });

  it('drops whatever is not a probe', () => {
    const { sender, reports } = thread();
    sender.received('text', 1);
    sender.received(new ArrayBuffer(11), 1);
    sender.received(new ArrayBuffer(13), 1);
    expect(reports).toEqual([]);
  });
});
