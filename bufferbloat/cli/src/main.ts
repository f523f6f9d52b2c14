#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { analyse, toCsv } from '@rowhouse/bufferbloat-engine';
import { CliError, messageOf } from './errors.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { ProgressLine } from './progress-line.ts';
import { reportText } from './report.ts';
import { runTest } from './run-test.ts';

const EXIT = { done: 0, failed: 1, badUsage: 2, stopped: 130 } as const;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  const line = new ProgressLine(process.stderr);
  const recording = await runTest({
    ...options,
    signal: stopping.signal,
    progress: (progress) => line.draw(progress),
  }).finally(() => line.clear());
  if (recording === undefined) {
    process.stderr.write('Stopped; nothing was left running.\n');
    return EXIT.stopped;
  }
  await write(options, analyse(recording));
  return EXIT.done;
}

async function write(options: Options, result: ReturnType<typeof analyse>): Promise<void> {
  if (options.json !== '-' && options.csv !== '-') process.stdout.write(reportText(result));
  const files = [
    [options.json, `${JSON.stringify(result, undefined, 2)}\n`],
    [options.csv, toCsv(result)],
  ] as const;
  for (const [file, text] of files) {
    if (file === '-') process.stdout.write(text);
    else if (file !== undefined) {
      await writeFile(file, text).catch((error: unknown) => {
        throw new CliError('not-written', `the result could not be written: ${messageOf(error)}`);
      });
    }
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  const bad = error instanceof CliError && error.code === 'bad-usage';
  if (bad) process.stderr.write('Try --help.\n');
  process.exitCode = bad ? EXIT.badUsage : EXIT.failed;
}
