import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openHouse } from '../support/house.ts';
import { watch } from '../support/watcher.ts';

const PROGRAMS = ['print("hi")', 'input()', '1 / 0', 'import time; time.sleep(0.02)', 'import os; os._exit(3)'];

describe('a class that comes and goes', () => {
  it('leaves nothing registered, running or queued, whatever ends how', { timeout: 60_000 }, async () => {
    const step = fc.record({
      do: fc.constantFrom('start', 'start', 'start', 'repl', 'stop', 'kill', 'close', 'save', 'interrupt'),
      who: fc.nat(2),
      n: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const house = await openHouse({ capacity: { maxActiveRuns: 3, queueMs: 150 } });
        const under: Promise<unknown>[] = [];
        const attempt = (promise: Promise<unknown>) => void under.push(promise.catch((error: unknown) => error));
        for (const one of steps) {
          const owner = { id: `s${one.who}`, uid: 200_001 + one.who };
          const room = house.rooms.find(owner.id);
          const living = room?.processes().filter(({ info }) => info.state !== 'ended') ?? [];
          const process = living[one.n % Math.max(1, living.length)];
          if (one.do === 'start' || one.do === 'repl') {
            attempt(
              house.rooms.open(owner).then(async (open) => {
                const kind = one.do === 'start' ? 'script' : 'repl';
                const started = await open.start({ kind, source: PROGRAMS[one.n] ?? '' }, () => {});
                watch(started);
              }),
            );
          } else if (one.do === 'stop') attempt(process?.stop() ?? Promise.resolve());
          else if (one.do === 'interrupt') process?.interrupt();
          else if (one.do === 'kill') house.launcher.host(owner.id)?.kill('SIGKILL');
          else if (one.do === 'close') attempt(room?.close('room-closed') ?? Promise.resolve());
          else attempt(room?.files.write(`f${one.n}`, content(), undefined) ?? Promise.resolve());
          await new Promise((resolve) => {
            setTimeout(resolve, one.n * 5);
          });
        }
        await Promise.all(house.rooms.list().map((room) => room.close('room-closed')));
        for (const outcome of await Promise.all(under)) {
          if (outcome instanceof Error) expect(outcome).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
        }
        await Promise.all(house.rooms.list().map((room) => room.close('room-closed')));
        const counts = { rooms: 0, running: 0, queued: 0, fileOperations: 0, abandoned: 0 };
        expect(house.rooms.counts()).toEqual(counts);
        expect(readdirSync(house.socketFolder)).toEqual([]);
        const started = house.events.filter((event) => event.type === 'process-started').length;
        expect(house.events.filter((event) => event.type === 'process-ended')).toHaveLength(started);
        for (const who of [0, 1, 2]) expect(house.launcher.host(`s${who}`)).toBeUndefined();
        await house.close();
      }),
      { numRuns: 12 },
    );
  });
});

async function* content() {
  yield Buffer.from('x');
}
