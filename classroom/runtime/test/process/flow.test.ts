import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFlow, FIRST_WINDOW_BYTES } from '../../src/process/flow.ts';

describe('the window of a process', () => {
  it('never closes for good while there is room, and never goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100_000), fc.nat(FIRST_WINDOW_BYTES)), { maxLength: 50 }), (steps) => {
        const flow = createFlow();
        let granted: number = FIRST_WINDOW_BYTES;
        let received = 0;
        for (const [sent, room] of steps) {
          const bytes = Math.min(sent, granted - received);
          received += bytes;
          flow.received(bytes);
          const upTo = flow.grant(room);
          if (upTo !== undefined) {
            expect(upTo).toBeGreaterThan(granted);
            expect(upTo).toBe(received + room);
            granted = upTo;
          }
          if (room === 0) expect(upTo).toBeUndefined();
          if (room >= 4 * 1024) expect(granted).toBeGreaterThan(received);
        }
        flow.grant(FIRST_WINDOW_BYTES);
      }),
    );
  });

  it('closes the room of a host that does not keep to it', () => {
    const flow = createFlow();
    flow.received(FIRST_WINDOW_BYTES + 1024 * 1024);
    expect(() => flow.received(1)).toThrow('more than its window allows');
  });
});
