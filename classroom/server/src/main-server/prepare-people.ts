import type { Logger } from '@rowhouse/service';
import type { Accounts } from '../accounts/api.ts';
import { DEFAULT_PORT } from '../config.ts';
import type { Store } from '../db/api.ts';
import { fillClassFolder } from '../demo/class-folder.ts';
import { demoPeople } from '../demo/people.ts';
import { NotADemoError, seedPeople } from '../demo/seed.ts';
import { FIRST_ADMIN_PATH } from '../first-admin/routes.ts';
import { ClassroomError } from '../http/errors.ts';

export interface PeopleOptions {
  readonly demo: boolean;
  readonly dataFolder: string;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly port: number;
  /** Where people find the classroom. */
  readonly origin: string;
  /** @returns a token with which somebody may become the first administrator; `undefined`: there is one */
  readonly offerFirstAdmin: () => Promise<string | undefined>;
  /** For people; `undefined`: there are only logs, which may be sent anywhere. */
  readonly print: ((line: string) => void) | undefined;
  /** What is printed is seen by whoever started it and by nobody else. */
  readonly isTerminal: boolean;
  readonly log: Logger;
}

/**
 * Sees to it that somebody can sign in, as soon as the database answers: the people of a demo, or the link by which
 * somebody becomes the first administrator. Told to whoever started the classroom, once; no password gets into a log.
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

async function demo({ accounts, dataFolder, port, print, isTerminal }: PeopleOptions): Promise<void> {
  await seedPeople(accounts);
  fillClassFolder(dataFolder);
  if (!print) return;
  if (isTerminal) for (const line of demoPeople()) print(line);
  else print(`Demo: who can sign in, and with which password: ${command('status', port)}`);
  print(`      In another terminal: ${command('try', port)}`);
}

async function firstAdmin({ offerFirstAdmin, origin, port, print, log }: PeopleOptions): Promise<void> {
  const token = await offerFirstAdmin();
  if (token === undefined) return;
  const advice = 'There is no administrator yet.';
  const otherwise = command('account add NAME --role admin', port);
  if (!print) return log.warn(`${advice} Make one: ${otherwise}`);
  print(`${advice} Become it by this link, good once and for 24 hours:`);
  print(`  ${origin}${FIRST_ADMIN_PATH}#${token}`);
  print(`or in another terminal: ${otherwise}`);
}

function command(words: string, port: number): string {
  return `npm run classroom -- ${words}${port === DEFAULT_PORT ? '' : ` --port ${port}`}`;
}
