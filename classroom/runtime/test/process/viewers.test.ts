import { STREAM } from '@rowhouse/classroom-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRing } from '../../src/process/ring.ts';
import { createViewers } from '../../src/process/viewers.ts';
import { settle } from '../support/fake-clock.ts';
import { watch } from '../support/watcher.ts';

const LIMIT = STREAM.unacknowledgedBytes;
const end = {
  reason: 'finished',
  message: '',
  exitCode: 0,
  signal: null,
  cpuMs: 0,
  wallMs: 0,
  peakMemoryBytes: null,
} as const;

function setUp(ringBytes: number = STREAM.ringBytes) {
  const ring = createRing(ringBytes);
  const viewers = createViewers(ring, () => {});
  const attach = (options: { from?: number; readOnly?: boolean; ack?: boolean } = {}) => {
    const watcher = watch(undefined, options);
    watcher.attachment = viewers.attach(watcher, options.from ?? 0, options.readOnly ?? false, 'running', undefined);
    return watcher;
  };
  const print = (text: string) => {
    ring.append('stdout', Buffer.from(text));
    viewers.pump();
  };
  return { ring, viewers, attach, print };
}

describe('viewers', () => {
  it('each get everything once, in order, whatever they acknowledge when, or are told what was dropped', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('print' as const), bytes: fc.integer({ min: 1, max: 200_000 }) }),
      fc.record({ do: fc.constant('ack' as const), who: fc.nat(2), part: fc.integer({ min: 1, max: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { ring, viewers, attach, print } = setUp();
        const watchers = [attach({ ack: false }), attach({ ack: false, readOnly: true }), attach({ ack: false })];
        const acknowledged = [0, 0, 0];
        let all = '';
        for (const one of steps) {
          if (one.do === 'print') {
            const text = String(all.length).padEnd(one.bytes, '.').slice(0, one.bytes);
            all += text;
            print(text);
          } else {
            const watcher = watchers[one.who];
            const sent = watcher?.pieces.at(-1)?.next ?? 0;
            const to = (acknowledged[one.who] ?? 0) + Math.ceil((sent - (acknowledged[one.who] ?? 0)) / one.part);
            acknowledged[one.who] = to;
            watcher?.attachment?.acknowledge(to);
          }
          await settle();
          for (const [n, watcher] of watchers.entries()) {
            const unacknowledged = watcher.pieces
              .filter((piece) => piece.next > (acknowledged[n] ?? 0))
              .reduce((sum, piece) => sum + piece.next - Math.max(piece.offset, acknowledged[n] ?? 0), 0);
            expect(unacknowledged).toBeLessThan(LIMIT + 4); // a character more, as none is cut
            let offset = 0;
            const parts = [
              ...watcher.pieces.map((piece) => [piece.offset, piece.next, piece.text] as const),
              ...watcher.dropped.map(([from, to]) => [from, to, null] as const),
            ].sort((a, b) => a[0] - b[0]);
            for (const [from, to, text] of parts) {
              expect(from).toBe(offset);
              if (text !== null) expect(text).toBe(all.slice(from, to));
              offset = to;
            }
            expect(offset === ring.next || unacknowledged >= LIMIT || offset < ring.first).toBe(true);
          }
          expect(viewers.roomBytes).toBeGreaterThanOrEqual(0);
          expect(viewers.roomBytes).toBeLessThanOrEqual(LIMIT);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('hold the process up as the fastest of those who may write', async () => {
    const { viewers, attach, print } = setUp();
    expect(viewers.roomBytes).toBe(LIMIT);
    const slow = attach({ ack: false });
    print('x'.repeat(LIMIT));
    await settle();
    expect(viewers.roomBytes).toBe(0);
    const onlooker = attach({ ack: true, readOnly: true });
    await settle();
    expect(onlooker.text().length).toBe(LIMIT);
    expect(viewers.roomBytes).toBe(0);
    const fast = attach({ ack: true });
    await settle();
    expect(viewers.roomBytes).toBe(LIMIT);
    fast.attachment?.detach();
    expect(viewers.roomBytes).toBe(0);
    slow.attachment?.detach();
    expect(viewers.roomBytes).toBe(LIMIT);
  });

  it('are told nothing from within their own calls, and nothing after they left', async () => {
    const { attach, print } = setUp();
    print('abc');
    const watcher = attach({ ack: false });
    expect(watcher.pieces).toEqual([]);
    await settle();
    expect(watcher.text()).toBe('abc');
    watcher.attachment?.detach();
    print('def');
    await settle();
    expect(watcher.text()).toBe('abc');
  });

  it('refuse offsets that were never sent', async () => {
    const { attach, print } = setUp();
    print('abc');
    const watcher = attach({ ack: false });
    await settle();
    expect(() => watcher.attachment?.acknowledge(4)).toThrow(expect.objectContaining({ code: 'ERR_OFFSET' }));
    watcher.attachment?.acknowledge(3);
    watcher.attachment?.acknowledge(1);
    expect(() => attach({ from: 4 })).toThrow(expect.objectContaining({ code: 'ERR_OFFSET' }));
  });

  it('hear of a state, and of the end, only after the output before it', async () => {
    const { viewers, attach, print } = setUp();
    const watcher = attach({ ack: false });
    await settle();
    expect(watcher.states).toEqual(['running']);
    print('x'.repeat(LIMIT + 10));
    viewers.tellState('waiting-for-input');
    viewers.pump();
    expect(watcher.states).toEqual(['running']);
    let over = false;
    void watcher.ended.then(() => {
      over = true;
    });
    watcher.attachment?.acknowledge(LIMIT);
    await settle();
    expect(watcher.states).toEqual(['running', 'waiting-for-input']);
    viewers.tellEnd(end);
    await settle();
    expect(over).toBe(true);
  });

  it('that throw are let go, and the others go on', async () => {
    const { viewers, attach, print } = setUp();
    const other = attach();
    viewers.attach(
      {
        ...watch(),
        onOutput() {
          throw new Error('a mistake of its own');
        },
      },
      0,
      false,
      'running',
      undefined,
    );
    await settle();
    print('abc');
    await settle();
    expect(viewers.count).toBe(1);
    expect(other.text()).toBe('abc');
  });
});
