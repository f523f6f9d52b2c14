import type { Logger } from '@rowhouse/service';
import type { Accounts } from '../accounts/api.ts';
import { DEFAULT_PORT } from '../config.ts';
import type { Store } from '../db/api.ts';
import { fillClassFolder } from '../demo/class-folder.ts';
import { DEMO_STUDENTS, DEMO_TEACHER, demoPassword } from '../demo/people.ts';
import { NotADemoError, seedPeople } from '../demo/seed.ts';
import { ClassroomError } from '../http/errors.ts';

export interface PeopleOptions {
  readonly demo: boolean;
  readonly dataFolder: string;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly offerFirstAdmin: () => Promise<string | undefined>;
  /** Address of the classroom for people, such as `http://localhost:10086`. */
  readonly origin: string;
  readonly port: number;
  readonly print: (line: string) => void;
  readonly log: Logger;
}

/**
 * Sees to it that somebody can sign in, as soon as the database answers: the people of a demo, or the link with which
 * the first administrator makes an account. Told to whoever started the classroom, once.
 *
 * @param onRefused the classroom is not one that may become a demo
 * @returns resolves after the first attempt, which is at once where the database answers
 */
export function preparePeople(options: PeopleOptions, onRefused: (error: Error) => void): Promise<void> {
  const { store, log } = options;
  let attempted = (): void => {};
  const firstAttempt = new Promise<void>((resolve) => {
    attempted = resolve;
  });
  let done = false;
  let busy = false;
  store.onUp((up) => {
    if (!up || done || busy) return;
    busy = true;
    const work = options.demo ? demo(options) : firstAdmin(options);
    work
      .then(() => {
        done = true;
      })
      .catch((error: unknown) => {
        if (error instanceof NotADemoError) onRefused(error);
        else if (!(error instanceof ClassroomError)) log.error({ err: error }, 'the first accounts');
      })
      .finally(() => {
        busy = false; // the database went away again: tried with its next coming
        attempted();
      });
  });
  return firstAttempt;
}

async function demo({ accounts, dataFolder, port, print }: PeopleOptions): Promise<void> {
  await seedPeople(accounts);
  fillClassFolder(dataFolder);
  const first = DEMO_STUDENTS.at(0)?.name ?? '';
  const last = DEMO_STUDENTS.at(-1)?.name ?? '';
  print(`Demo: sign in as ${DEMO_TEACHER.name}, password ${demoPassword(DEMO_TEACHER.name)},`);
  print(`      or as ${first} to ${last}, password ${demoPassword(first)} and so on.`);
  print(`      In another terminal: npm run classroom -- try --demo${port === DEFAULT_PORT ? '' : ` --port ${port}`}`);
}

async function firstAdmin({ offerFirstAdmin, origin, print }: PeopleOptions): Promise<void> {
  const token = await offerFirstAdmin();
  if (token === undefined) return;
  print('There is no administrator yet. Make one: npm run classroom -- account add NAME --role admin');
  print('or by this link, which works once, within 24 hours:');
  print(`  ${origin}/first-admin#${token}`);
}
