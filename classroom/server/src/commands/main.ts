import { ServiceError } from '@rowhouse/service';
import * as z from 'zod';
import { LaunchError } from '../launch/errors.ts';
import { readCommandLine } from './command-line.ts';
import { CommandError } from './errors.ts';
import { helpOf, overview } from './help.ts';

// A reader such as head may have seen enough.
process.stdout.on('error', () => process.exit(0));
const print = (line: string) => process.stdout.write(`${line}\n`);

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`rowhouse: ${sayWhy(error)}\n`);
  process.exit(1);
}

async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 0) {
    process.stderr.write(`${overview()}\n`);
    process.exit(1);
  }
  const asked = readCommandLine(argv);
  if (asked.help) return void print(asked.command ? helpOf(asked.command) : overview());
  await (await import('./run.ts')).runCommand(asked, { print, env: process.env });
  process.exit(0); // a terminal that was asked at keeps listening
}

/** What a person can do something about; a stack helps none of those who run a command. */
function sayWhy(error: unknown): string {
  if (error instanceof CommandError || error instanceof ServiceError || error instanceof LaunchError)
    return error.message;
  if (error instanceof z.ZodError)
    return 'The classroom that runs answers otherwise than this version expects; restart it.';
  return `Something unforeseen went wrong: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`;
}
