import { once } from 'node:events';
import type { EndReason, ProcessEnd } from '@rowhouse/classroom-protocol';
import { openTab, type Person, signIn, type Start, type Tab } from '../shared/classroom-client.ts';
import type { HttpAnswer } from '../shared/classroom-http.ts';
import type { Run } from '../shared/classroom-run.ts';
import type { Ledger } from './ledger.ts';

/** An answer that takes longer is none. */
const PATIENCE_MS = 30_000;
/** Code with which the server closes the tabs of who signs out. */
const SIGNED_OUT = 4001;

/** A student's place: comes and goes over the day, and sees to it that all there is right. */
export interface Desk {
  readonly name: string;
  /** @throws Error while nobody sits there */
  readonly person: Person;
  readonly tab: Tab;
  /** Signs in, or goes on with the session of before; opens a tab and waits for the room. */
  arrive(): Promise<void>;
  closeLid(): void;
  signOut(): Promise<void>;
  start(start: Start): Promise<Run>;
  /** The same program in the tab that is open now, from an offset on. */
  lookAgain(run: Run, from: number): Run;
  answered(what: string, answer: HttpAnswer, right?: boolean): void;
  /** Waits for its end, at most `withinMs`, and for an end with this reason after exactly this output. */
  expectEnd(
    run: Run,
    reason: EndReason,
    output: string | ((run: Run) => boolean),
    withinMs?: number,
  ): Promise<ProcessEnd>;
}

export function createDesk(name: string, port: number, ledger: Ledger): Desk {
  let person: Person | undefined;
  let tab: Tab | undefined;
  const here = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error(`${name} is not there`);
    return one;
  };
  /** From here on it is not the server who closes it. */
  const letGo = (): Tab | undefined => {
    const leaving = tab;
    tab = undefined;
    for (const complaint of leaving?.complaints ?? []) ledger.trouble(name, complaint);
    return leaving;
  };
  const closeLid = () => {
    letGo()?.close();
    person?.http.close(); // opens connections again when it is asked
  };
  return {
    name,
    get person() {
      return here(person);
    },
    get tab() {
      return here(tab);
    },
    async arrive() {
      if (person === undefined) {
        person = await signIn(port, name);
        ledger.did('sign-in');
      }
      const opened = await openTab(person);
      tab = opened;
      opened.socket.once('close', (code) => {
        if (tab === opened) ledger.trouble(name, `the server closed the tab with ${code}`);
      });
      await within(tab.roomOpen, PATIENCE_MS, 'the room');
      ledger.did('arrival');
    },
    closeLid,
    async signOut() {
      const { http } = here(person);
      const { socket } = here(letGo());
      const closed = once(socket, 'close') as Promise<[number]>;
      const answer = await http.ask('/api/session', { method: 'DELETE' });
      if (answer.status !== 204) ledger.trouble(name, `signing out: ${answer.status}`);
      const [code] = await within(closed, PATIENCE_MS, 'the end of a tab that was signed out');
      if (code !== SIGNED_OUT) ledger.trouble(name, `signed out, and the tab closed with ${code}`);
      const after = await http.ask('/api/session');
      if (after.status !== 401) ledger.trouble(name, `signed out, and let in with ${after.status}`);
      ledger.did('sign-out');
      http.close();
      person = undefined;
    },
    async start(start) {
      const run = await within(here(tab).start(start), PATIENCE_MS, 'the start of a program');
      ledger.did('run');
      return run;
    },
    lookAgain(run, from) {
      const info = here(tab).processes.find(({ id }) => id === run.id);
      if (info === undefined) throw new Error(`${run.info.kind} ${run.id} is not there any more`);
      return here(tab).attach(info, from);
    },
    answered(what, answer, right = true) {
      ledger.did(what);
      if (answer.status < 300 && right) return;
      ledger.trouble(name, `${what}: ${answer.status} ${answer.body.toString().slice(0, 100)}`);
    },
    async expectEnd(run, reason, output, withinMs = PATIENCE_MS) {
      const end = await within(run.ended, withinMs, `the end of a ${run.info.kind} by ${reason}`);
      ledger.ended(end.reason);
      const isRight = typeof output === 'string' ? run.text() === output : output(run);
      if (end.reason !== reason || !isRight || run.droppedBytes > 0)
        ledger.trouble(name, `${end.reason} in place of ${reason}, or after ${JSON.stringify(run.text().slice(-100))}`);
      return end;
    },
  };
}

/** @throws Error when it takes longer */
async function within<T>(promise: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${Math.round(limitMs)} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
