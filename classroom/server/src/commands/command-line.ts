import { closest } from '@rowhouse/service';
import { type Command, type CommandName, COMMANDS } from './catalogue.ts';
import { CommandError } from './errors.ts';
import { exampleOf, flagsOf, HOW } from './help.ts';

/** What was asked for: a command with its subject and flags, or help. */
export type Asked =
  | { readonly help: true; readonly command: Command | undefined }
  | {
      readonly help: false;
      readonly name: CommandName;
      /** Empty for commands that have none. */
      readonly subject: string;
      readonly flags: readonly string[];
    };

/**
 * Reads a command line. Words come first, then settings.
 *
 * @throws CommandError for an unknown command or setting, naming the nearest one, and for too many or too few words
 */
export function readCommandLine(argv: readonly string[]): Asked {
  const firstFlag = argv.findIndex((arg) => arg.startsWith('-'));
  const words = firstFlag === -1 ? argv : argv.slice(0, firstFlag);
  const flags = firstFlag === -1 ? [] : argv.slice(firstFlag);
  const help = flags.includes('--help') || flags.includes('-h');
  const found = words.length === 0 ? undefined : find(words, help);
  if (help) return { help, command: found?.command };
  if (!found) throw new CommandError(`Name a command first, then its settings. ${HOW}`);
  const { command, rest } = found;
  const [subject = '', ...more] = rest;
  const wanted = command.subject;
  if (wanted !== undefined && subject === '')
    throw new CommandError(`${command.name}: ${wanted} is missing, as in: ${exampleOf(command)}`);
  const surplus = wanted === undefined ? rest[0] : more[0];
  if (surplus !== undefined)
    throw new CommandError(`${command.name}: "${surplus}" is one word too many. As in: ${exampleOf(command)}`);
  for (const flag of flags) requireKnown(command, flag);
  return { help: false, name: command.name, subject, flags };
}

function find(words: readonly string[], help: boolean): { command: Command; rest: readonly string[] } | undefined {
  const [first = '', second] = words;
  const two = `${first} ${second ?? ''}`;
  const pair = COMMANDS.find(({ name }) => name === two);
  if (pair) return { command: pair, rest: words.slice(2) };
  const single = COMMANDS.find(({ name }) => name === first);
  if (single) return { command: single, rest: words.slice(1) };
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (group.length > 0 && second === undefined) {
    if (help) return undefined;
    throw new CommandError(`Say what to do: ${group.join(', ')}. ${HOW}`);
  }
  const names = COMMANDS.map(({ name }) => name);
  const near = closest(second === undefined ? first : two, group.length > 0 ? group : names) ?? closest(first, names);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new CommandError(`There is no command "${two.trim()}".${hint} ${HOW}`);
}

function requireKnown(command: Command, arg: string): void {
  if (!arg.startsWith('-')) return; // a value; what follows a yes or no is refused where it is read
  const name = arg.split('=', 1)[0] ?? '';
  const known = flagsOf(command);
  if (known.includes(name)) return;
  const near = closest(name, known);
  const hint = near === undefined ? `it has ${known.join(', ')}` : `did you mean ${near}?`;
  throw new CommandError(`${command.name} has no setting ${name}; ${hint}`);
}
