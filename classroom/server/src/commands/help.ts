import { describeSettings } from '@rowhouse/service';
import * as z from 'zod';
import { ENV_PREFIX } from '../config.ts';
import { type Command, COMMANDS } from './catalogue.ts';
import { commandSchema } from './settings.ts';

const CALL = 'npm run classroom --';

/** Where to read more. */
export const HOW = `All of them: ${CALL} --help`;

export const exampleOf = (command: Command): string => `${CALL} ${command.example}`;

/** The settings of a command as they are written, such as `--port`. */
export function flagsOf({ settings }: Command): readonly string[] {
  return [...settings.map(flagOf), '--config'];
}

const flagOf = (setting: string): string => `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function settingsOf({ settings }: Command): string {
  const shape = Object.fromEntries(settings.map((name) => [name, commandSchema.shape[name]]));
  const own = describeSettings(z.object(shape), ENV_PREFIX);
  return `${own}\n  --config TEXT\n      JSON file of the classroom's settings (${ENV_PREFIX}_CONFIG)`;
}

/** One line for each command. */
export function overview(): string {
  const calls = COMMANDS.map(callOf);
  const width = Math.max(...calls.map(({ length }) => length));
  const lines = COMMANDS.map(({ does }, index) => `  ${calls[index]?.padEnd(width) ?? ''}  ${does}`);
  return `${CALL} COMMAND [SETTING …]

${lines.join('\n')}

More about one of them: ${CALL} try --help
All but try, account password and plan speak with the running classroom over a socket that only root and the classroom's
own user can reach; they find it by the --port with which it was started.`;
}

/** What a command does, its settings and an example. */
export function helpOf(command: Command): string {
  const notes = command.notes === undefined ? [] : [command.notes];
  return [
    `${CALL} ${callOf(command)} [SETTING …]`,
    '',
    command.does,
    ...notes,
    '',
    `Example: ${exampleOf(command)}`,
    '',
    'Settings:',
    settingsOf(command),
  ].join('\n');
}

function callOf({ name, subject }: Command): string {
  return subject === undefined ? name : `${name} ${subject}`;
}
