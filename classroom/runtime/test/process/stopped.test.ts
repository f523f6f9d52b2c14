import { DEFAULT_LIMITS } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../../src/launcher/requests.ts';
import { createProcess } from '../../src/process/process.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';

/** A run of which the launcher does not tell the end. */
function setUp() {
  const clock = createFakeClock();
  const process = createProcess({
    owner: 'ada',
    kind: 'script',
    file: null,
    channel: 1,
    limits: DEFAULT_LIMITS,
    clock,
    classClock: clock,
    send: () => true,
    endRun: () => new Promise<RunFacts>(() => {}),
    onStuck: () => {},
    onActivity: () => {},
    onAbandonWarning: () => {},
    onLimit: () => {},
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  const killed = async () => {
    process.told({ t: 'exit', process: 1, code: null, signal: 'SIGKILL', cpuMs: 5, peakBytes: null });
    await settle();
  };
  return { process, pass, killed };
}

describe('an end of which the kernel’s figures are late', () => {
  it('is told within half a second when it was asked for', async () => {
    const { process, pass, killed } = setUp();
    void process.stop();
    await pass(2_000);
    await killed();
    await pass(499);
    expect(process.info.end).toBeNull();
    await pass(1);
    expect(process.info.end).toMatchObject({ reason: 'stopped', signal: 'SIGKILL', cpuMs: 5 });
  });

  it('waits longer where they may tell the reason', async () => {
    const { process, pass, killed } = setUp();
    await killed();
    await pass(4_999);
    expect(process.info.end).toBeNull();
    await pass(1);
    expect(process.info.end).toMatchObject({ reason: 'crashed' });
  });
});
