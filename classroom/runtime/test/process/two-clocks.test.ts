import { DEFAULT_LIMITS } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/api.ts';
import { NO_FACTS } from '../../src/process/ending.ts';
import { createProcess } from '../../src/process/process.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const classClock = createFakeClock();
  const sent: string[] = [];
  const warnedMs: number[] = [];
  const process = createProcess({
    owner: 'ada',
    kind: 'script',
    file: null,
    channel: 1,
    limits: DEFAULT_LIMITS,
    clock,
    classClock,
    send: (message) => sent.push(message.t) > 0,
    endRun: () => Promise.resolve(NO_FACTS),
    onStuck: () => sent.push('stuck'),
    onActivity: () => {},
    onAbandonWarning: (inMs) => warnedMs.push(inMs),
    onLimit: () => {},
  });
  const exit = async () => {
    process.told({ t: 'exit', process: 1, code: 1, signal: null, cpuMs: 5, peakBytes: null });
    await settle();
  };
  return { clock, classClock, sent, warnedMs, process, exit };
}

describe('a program', () => {
  it('lives by the class’s time: warned and ended as abandoned by it, whatever the machine’s says', async () => {
    const { clock, classClock, sent, warnedMs, process, exit } = setUp();
    clock.advance(24 * 3_600_000);
    expect(sent).toEqual([]);
    classClock.advance(DEFAULT_LIMITS.abandonedMs - 60_000);
    expect(warnedMs).toEqual([60_000]);
    classClock.advance(60_000);
    expect(sent).toEqual(['interrupt']);
    await exit();
    expect(await process.ended).toMatchObject({ reason: 'abandoned', wallMs: DEFAULT_LIMITS.abandonedMs });
  });

  it('gets the machine’s time to end when it is asked to, however fast the class’s runs', () => {
    const { clock, classClock, sent, process } = setUp();
    void process.stop();
    classClock.advance(3_600_000);
    expect(sent).toEqual(['interrupt']);
    clock.advance(2_000);
    expect(sent).toEqual(['interrupt', 'end']);
  });

  it('waits for its student as long as ever when a teacher looks on, and longer when the student comes', () => {
    const ignore = () => {};
    const viewer: Viewer = {
      onOutput: ignore,
      onDropped: ignore,
      onState: ignore,
      onAbandonWarning: ignore,
      onEnded: ignore,
    };
    const waitingSince = (readOnly: boolean) => {
      const { classClock, sent, process } = setUp();
      process.attach(viewer, 0, false);
      process.told({ t: 'state', process: 1, state: 'waiting-for-input' });
      classClock.advance(DEFAULT_LIMITS.waitingMs - 1);
      process.attach(viewer, 0, readOnly);
      classClock.advance(1);
      return sent;
    };
    expect(waitingSince(true)).toEqual(['interrupt']);
    expect(waitingSince(false)).toEqual([]);
  });
});
