import { commandLine, family } from '../shared/processes.ts';

/** The programs that are there from the beginning to the end. */
export interface Programs {
  readonly supervisor: number;
  readonly launcher: number;
  readonly main: number;
  /** Watches PostgreSQL. */
  readonly database: number;
  readonly postgres: number;
}
/** Of ours; the processes of PostgreSQL signal each other all the time. */
export const OWN = ['supervisor', 'launcher', 'main', 'database'] as const;
export const PROGRAMS = [...OWN, 'postgres'] as const;

/** @throws Error when one of them is not there */
export function programsBelow(supervisor: number): Programs {
  const all = family(supervisor);
  const find = (word: RegExp) => {
    const pid = all.find((each) => each !== supervisor && word.test(commandLine(each)));
    if (pid === undefined) throw new Error(`nothing below ${supervisor} is ${String(word)}`);
    return pid;
  };
  const database = find(/\/database\/main\./);
  return {
    supervisor,
    launcher: find(/\/launcher\/main\./),
    main: find(/\/main-server\/main\./),
    database,
    postgres: family(database)[1] ?? 0,
  };
}
