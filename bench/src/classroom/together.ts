import { setTimeout as sleep } from 'node:timers/promises';
import { openTab, type Person, signIn, type Tab } from '../shared/classroom-client.ts';
import type { Run } from '../shared/classroom-run.ts';

const WITHIN_MS = 100;
const LINES = 20;
const LINE_EVERY_MS = 25;

export interface Seat {
  readonly person: Person;
  readonly tab: Tab;
}

export interface SignIns {
  readonly seats: readonly Seat[];
  /** From the first request until the last room was open. */
  readonly tookMs: number;
}

/** Everybody signs in at once. */
export async function signInTogether(port: number, names: readonly string[]): Promise<SignIns> {
  const startMs = performance.now();
  const seats = await Promise.all(
    names.map(async (name) => {
      const person = await signIn(port, name);
      const tab = await openTab(person);
      await tab.roomOpen;
      return { person, tab };
    }),
  );
  return { seats, tookMs: performance.now() - startMs };
}

export interface Together {
  /** Of each student, from the message to the first byte. */
  readonly firstMs: readonly number[];
  /** Outputs that were complete and in order. */
  readonly right: number;
  /** Outputs that came as they were printed: no line waited for the end of the program. */
  readonly delivered: number;
}

/** Everybody presses Run within 100 ms; each program prints its own lines, a moment between them. */
export async function runTogether(seats: readonly Seat[]): Promise<Together> {
  const runs = await Promise.all(
    seats.map(async ({ person, tab }, number): Promise<{ run: Run; expected: string }> => {
      const source = `import time
for line in range(${LINES}):
    print("${person.name}", line)
    time.sleep(${LINE_EVERY_MS / 1000})`;
      const expected = Array.from({ length: LINES }, (_, line) => `${person.name} ${line}\n`).join('');
      await sleep((WITHIN_MS * number) / seats.length);
      const run = await tab.start({ source });
      await run.ended;
      return { run, expected };
    }),
  );
  return {
    firstMs: runs.map(({ run }) => run.firstOutputMs ?? Number.POSITIVE_INFINITY),
    right: runs.filter(({ run, expected }) => run.text() === expected && run.inOrder).length,
    delivered: runs.filter(({ run }) => asPrinted(run)).length,
  };
}

/** Between the first and the last line there is the time that the program took between them. */
function asPrinted({ pieces }: Run): boolean {
  const printed = pieces.filter(({ kind }) => kind === 'stdout');
  const spanMs = (printed.at(-1)?.atMs ?? 0) - (printed[0]?.atMs ?? 0);
  return printed.length >= LINES / 2 && spanMs > (LINES - 1) * LINE_EVERY_MS * 0.5;
}
