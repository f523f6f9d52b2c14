import { STREAM } from '@rowhouse/classroom-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInputs } from '../../src/process/inputs.ts';
import { RuntimeError } from '../../src/errors.ts';
import { settle } from '../support/fake-clock.ts';

describe('input', () => {
  it('is applied once for each id, in whatever order ids come again', async () => {
    const ids = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(ids, async (steps) => {
        const inputs = createInputs();
        const sent: string[] = [];
        const all: Promise<void>[] = [];
        for (const [id, take] of steps) {
          all.push(inputs.offer(id, `text of ${id}`, () => sent.push(id)));
          await settle();
          if (take && inputs.taken(id) !== undefined) expect(inputs.taken(id)).toBeUndefined();
        }
        expect(new Set(sent).size).toBe(sent.length);
        for (const id of sent) inputs.taken(id);
        await Promise.all(all);
      }),
    );
  });

  it('is bounded, and fails when the process ends', async () => {
    const inputs = createInputs();
    const text = 'x'.repeat(STREAM.inputBytes);
    const under = Array.from({ length: 15 }, (_, n) => inputs.offer(String(n), text, () => {}));
    await expect(inputs.offer('more', text, () => {})).rejects.toMatchObject({ code: 'ERR_LIMIT' });
    inputs.fail(new RuntimeError('ERR_PROCESS_ENDED', { process: 'p' }));
    for (const one of under) await expect(one).rejects.toMatchObject({ code: 'ERR_PROCESS_ENDED' });
  });

  it('stays unknown when it could not be sent', async () => {
    const inputs = createInputs();
    const fail = () => {
      throw new Error('too long');
    };
    await expect(inputs.offer('1', 'x', fail)).rejects.toThrow('too long');
    const again = inputs.offer('1', 'y', () => {});
    expect(inputs.taken('1')).toBe('y');
    await again;
  });
});
