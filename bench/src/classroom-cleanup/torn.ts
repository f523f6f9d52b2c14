import { setTimeout as sleep } from 'node:timers/promises';
import { demoStudent, openTab, type Person, signIn, type Start } from '../shared/classroom-client.ts';
import type { Random } from '../shared/random.ts';

/** What a session does before it is dropped: short, endless, silent, waiting, and with children of its own. */
const PROGRAMS: readonly Start[] = [
  { source: 'print("short")' },
  { source: 'import time\nwhile True:\n    print("on and on")\n    time.sleep(0.05)' },
  { source: 'import time\ntime.sleep(3600)' },
  { source: 'input("your name? ")' },
  { source: 'import subprocess\nsubprocess.Popen(["sleep", "3600"])\nsubprocess.run(["sleep", "3600"])' },
  { source: 'while True:\n    print("x" * 1000)' },
  { source: 'x = 1', thenRepl: true },
  {},
];
const LONGEST_MS = 400;

export interface TornFigures {
  readonly sessions: number;
  readonly started: number;
  /** Because of a limit (two runs a student), with the number of each. */
  readonly refused: Readonly<Record<string, number>>;
  /** Anything else. */
  readonly errors: readonly string[];
}

/** So many times as many sessions are tried at most, as some are refused a run beside those they left behind. */
const TRIED = 4;

/** Signs in, starts something, and is gone without a goodbye: until so many were started, a few at once. */
export async function tornSessions(port: number, runs: number, atOnce: number, random: Random): Promise<TornFigures> {
  let next = 0;
  let started = 0;
  const refused: Record<string, number> = {};
  const errors: string[] = [];
  const note = (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    const code = /^refused: ([\w-]+)/.exec(text)?.[1];
    if (code !== undefined) refused[code] = (refused[code] ?? 0) + 1;
    else if (!text.includes('was closed with 1006')) errors.push(text);
  };
  const session = async (number: number) => {
    let person: Person | undefined;
    let signedOut = false;
    /** Who signs out while something is about to start is told so, and it does not start. */
    const noteStart = (error: unknown) => {
      if (!(signedOut && String(error).includes('was closed with 4001'))) note(error);
    };
    try {
      person = await signIn(port, demoStudent(1 + (number % 38)));
      const tab = await openTab(person);
      const start = tab.start(random.pick(PROGRAMS)).then(() => (started += 1), noteStart);
      await sleep(LONGEST_MS * random.next());
      signedOut = random.chance(0.2);
      if (signedOut) await person.http.ask('/api/session', { method: 'DELETE' });
      tab.close();
      await Promise.race([start, sleep(1000)]);
    } catch (error) {
      note(error);
    } finally {
      person?.http.close();
    }
  };
  const isWanted = () => started < runs && next < TRIED * runs;
  const worker = async () => {
    while (isWanted()) {
      next += 1;
      await session(next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { sessions: next, started, refused, errors };
}
