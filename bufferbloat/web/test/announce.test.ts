import { describe, expect, it } from 'vitest';
import type { RunState } from '../src/page/run/state.ts';
import { announcement } from '../src/page/view/announce.ts';

const idle: RunState = {
  status: 'idle',
  phase: undefined,
  draining: false,
  elapsedMs: 0,
  totalMs: 40_000,
  spans: [],
  result: undefined,
  error: undefined,
  offline: false,
  activeSignal: undefined,
  scale: 1,
};
const running: RunState = { ...idle, status: 'running', phase: 'baseline' };

/** Everything that is said along a course of states. */
function said(...states: readonly RunState[]): string[] {
  return states.flatMap((state, index) => {
    const before = states[index - 1];
    return before === undefined ? [] : (announcement(before, state) ?? []);
  });
}

describe('announcements', () => {
  it('says one sentence a phase and one at either end', () => {
    expect(
      said(
        idle,
        { ...idle, status: 'starting' },
        running,
        { ...running, phase: 'download-warmup', elapsedMs: 5000 },
        { ...running, phase: 'download', elapsedMs: 10_000 },
        { ...idle, status: 'done', elapsedMs: 40_000 },
      ),
    ).toEqual([
      'Test starting. It takes about 40 seconds.',
      'Step 1 of 6: Listening to the line at rest.',
      'Step 2 of 6: Building up the download.',
      'Step 3 of 6: Downloading at full speed.',
      'Test finished.',
    ]);
  });

  it('keeps quiet while only time and figures change', () => {
    const ticks = Array.from({ length: 50 }, (_, tick): RunState => ({ ...running, elapsedMs: tick * 100 }));
    expect(said(...ticks)).toEqual([]);
  });

  it('announces a phase when its queue has drained, not before', () => {
    const draining: RunState = { ...running, phase: 'upload-warmup', draining: true };
    expect(said({ ...running, phase: 'download' }, draining, { ...draining, elapsedMs: 21_000 })).toEqual([]);
    expect(said(draining, { ...draining, draining: false })).toEqual(['Step 4 of 6: Building up the upload.']);
  });

  it('says why a test failed and that a stopped one has no result', () => {
    const error = { code: 'offline', message: 'The network connection was lost.' };
    expect(said(running, { ...running, status: 'failed', error })).toEqual([
      'Test failed. The network connection was lost.',
    ]);
    expect(said(running, { ...running, status: 'stopping' }, { ...idle, status: 'stopped' })).toEqual([
      'Stopping.',
      'Test stopped. There is no result.',
    ]);
  });
});
