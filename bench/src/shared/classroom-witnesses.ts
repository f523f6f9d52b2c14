import { setTimeout as sleep } from 'node:timers/promises';
import { openTab, type Person, type Tab } from './classroom-client.ts';
import type { Run } from './classroom-run.ts';
import type { Random } from './random.ts';

const PAUSE_MS = { least: 1000, most: 3000 } as const;
const GIVE_UP_MS = 10_000;

export interface Echo {
  readonly who: string;
  /** `performance.now()` when the line was typed. */
  readonly atMs: number;
  /** Infinite when there was no answer. */
  readonly tookMs: number;
}

/** Students at a REPL who type a line every one to three seconds, and note how long its output takes. */
export interface Witnesses {
  readonly echoes: Echo[];
  /** REPLs that ended, tabs that closed, lines without an answer. */
  readonly troubles: string[];
  stop(): Promise<void>;
}

export async function startWitnesses(people: readonly Person[], random: Random): Promise<Witnesses> {
  const echoes: Echo[] = [];
  const troubles: string[] = [];
  const over = new AbortController();
  const complain = (what: string) => over.signal.aborted || troubles.push(what);
  const seats = await Promise.all(
    people.map(async (person) => {
      const tab = await openTab(person);
      const repl = await tab.start({});
      await repl.until(() => repl.state === 'waiting-for-code', `the prompt of ${person.name}`);
      void repl.ended.then(({ reason }) => complain(`the REPL of ${person.name} ended: ${reason}`));
      tab.socket.once('close', (code) => complain(`the tab of ${person.name} was closed: ${code}`));
      return { person, tab, repl };
    }),
  );

  const sit = async ({ person, repl }: { person: Person; tab: Tab; repl: Run }, number: number) => {
    await sleep((PAUSE_MS.most * number) / seats.length);
    for (let line = 1; !over.signal.aborted && repl.state !== 'ended'; line += 1) {
      const atMs = performance.now();
      const tookMs = await repl.echo(`w${line}.`, GIVE_UP_MS).catch(() => Number.POSITIVE_INFINITY);
      if (!over.signal.aborted) echoes.push({ who: person.name, atMs, tookMs });
      repl.pieces.length = 0;
      await sleep(PAUSE_MS.least + (PAUSE_MS.most - PAUSE_MS.least) * random.next());
    }
  };
  const sitting = seats.map(sit);
  return {
    echoes,
    troubles,
    async stop() {
      over.abort();
      await Promise.all(sitting);
      for (const { tab } of seats) tab.close();
    },
  };
}
