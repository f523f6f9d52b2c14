import type { CommandSettings } from './settings.ts';

export type CommandName =
  | 'try'
  | 'status'
  | 'roster add'
  | `account ${'add' | 'list' | 'role' | 'password' | 'remove'}`
  | 'reset-password'
  | 'first-admin'
  | 'plan';

/** One command, as its help tells it. */
export interface Command {
  /** The words that call it. */
  readonly name: CommandName;
  /** What follows the name, such as `FILE.csv`. */
  readonly subject?: string;
  /** One sentence for the list of all. */
  readonly does: string;
  /** What else is worth knowing. */
  readonly notes?: string;
  readonly settings: readonly (keyof CommandSettings)[];
  /** Without `npm run classroom --`. */
  readonly example: string;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'try',
    does: 'Signs in as a student, runs a script and a REPL, saves a file, and says how long each took.',
    notes:
      'Without a name it is a student of the demo (npm start -- --demo). Whoever has a first password is asked for one of their own before.',
    settings: ['name', 'password', 'url', 'port'],
    example: 'try --name ada --password k7mp-x2qd-w9hz-4tns',
  },
  {
    name: 'status',
    does: 'Says what runs, how full it is and what should be done; for a demo also who can sign in.',
    settings: ['port'],
    example: 'status',
  },
  {
    name: 'roster add',
    subject: 'FILE.csv',
    does: 'Adds the students of a list, all or none, and prints their first passwords, once.',
    notes:
      'The first line names the columns: name, display name, password. The last two may be missing. UTF-8; commas, semicolons or tabs.',
    settings: ['port'],
    example: 'roster add students.csv',
  },
  {
    name: 'account add',
    subject: 'NAME',
    does: 'Adds an account, also the first administrator, and prints its first password, once.',
    settings: ['role', 'port'],
    example: 'account add ada --role admin',
  },
  {
    name: 'account list',
    does: 'Lists all accounts.',
    settings: ['port'],
    example: 'account list',
  },
  {
    name: 'account role',
    subject: 'NAME',
    does: 'Gives an account another role; whoever is signed in with it has to do so again.',
    settings: ['role', 'port'],
    example: 'account role ada --role teacher',
  },
  {
    name: 'account password',
    subject: 'NAME',
    does: 'Changes a password: asks for the present one and twice for the new one.',
    notes:
      'Without a terminal it reads the two from standard input, a line each. Who lost theirs needs reset-password.',
    settings: ['url', 'port'],
    example: 'account password ada',
  },
  {
    name: 'account remove',
    subject: 'NAME',
    does: 'Removes an account for good: its sessions, its room, its records. The workspace stays on the disk.',
    notes: 'The last administrator cannot be removed. What was done stays in the audit log.',
    settings: ['yes', 'port'],
    example: 'account remove ada',
  },
  {
    name: 'reset-password',
    subject: 'NAME',
    does: 'Gives an account a new first password and prints it, once.',
    settings: ['port'],
    example: 'reset-password ada',
  },
  {
    name: 'first-admin',
    does: 'Prints a new link by which somebody becomes the first administrator; good once, for 24 hours.',
    notes: 'From the terminal, account add NAME --role admin does the same at once.',
    settings: ['port'],
    example: 'first-admin',
  },
  {
    name: 'plan',
    does: 'Says which machine a class needs and what that costs: light, normal, peak.',
    notes:
      'With --measure it starts a classroom of its own for half a minute and stores what it found; the classroom keeps to it from its next start.',
    settings: ['users', 'measure', 'priceFile', 'dataFolder'],
    example: 'plan --users 38',
  },
];
