import { setTimeout as sleep } from 'node:timers/promises';
import { load, type Person, save, signIn } from '../shared/classroom-client.ts';

const PAUSE_MS = 15;

/** A student who saves again and again, and knows which saves were acknowledged. */
export interface Saver {
  readonly acknowledged: number;
  stop(): Promise<void>;
  /** What is wrong with the file: older than acknowledged, half-written, gone; `undefined` when nothing is. */
  check(): Promise<string | undefined>;
}

const PATH = 'saved.txt';
const LINES = 400;
const content = (number: number) => `save ${number}\n`.repeat(LINES);

export async function startSaver(port: number, name: string): Promise<Saver> {
  const over = new AbortController();
  let person: Person = await signIn(port, name);
  let acknowledged = 0;
  let asked = 0;
  const saving = (async () => {
    while (!over.signal.aborted) {
      asked += 1;
      try {
        const answer = await save(person, PATH, content(asked));
        if (answer.status < 300) acknowledged = asked;
        else if (answer.status === 401) person = await signIn(port, name);
      } catch {
        await sleep(100); // the server is away
      }
      await sleep(PAUSE_MS);
    }
  })();
  return {
    get acknowledged() {
      return acknowledged;
    },
    async stop() {
      over.abort();
      await saving;
      person.http.close();
    },
    async check() {
      if (acknowledged === 0) return undefined;
      const again = await signIn(port, name);
      const answer = await load(again, PATH);
      again.http.close();
      const text = answer.body.toString();
      const found = Number(/^save (\d+)\n/.exec(text)?.[1] ?? Number.NaN);
      if (answer.status !== 200) return `${name}: ${answer.status} ${text.slice(0, 100)}`;
      if (text !== content(found)) return `${name}: half-written`;
      return found < acknowledged || found > asked ? `${name}: save ${found}, acknowledged ${acknowledged}` : undefined;
    },
  };
}
