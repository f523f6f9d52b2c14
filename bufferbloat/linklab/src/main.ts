import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultSchema } from '@rowhouse/bufferbloat-protocol';
import { LabError } from './errors.ts';
import { type Lab, openLab } from './lab.ts';
import { parseOptions, USAGE } from './options.ts';
import { SERVER_PORTS, serverUrl, startServer, TERMINAL_CLIENT } from './product.ts';
import { compareWithTruth, describeLink } from './report.ts';
import type { Truth } from './truth.ts';

// `npm run lab`: the test, or any program, across a link whose truth is printed beside.

/** Runs a program at the client while the link is recorded; resolves with what the link did and when. */
async function record(lab: Lab, command: string, args: readonly string[]) {
  const server = await startServer(lab);
  const capture = await lab.startCapture(SERVER_PORTS);
  const fromMs = Date.now();
  const env = { ...process.env, ROWHOUSE_URL: serverUrl(lab) };
  const [code] = (await once(lab.spawn('client', command, args, { stdio: 'inherit', env }), 'exit')) as [number | null];
  const toMs = Date.now();
  const truth: Truth = await capture.stop();
  await server.stop();
  return { truth, fromMs, toMs, code: code ?? 1 };
}

async function runTest(lab: Lab): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'rowhouse-lab-'));
  try {
    const file = join(folder, 'result.json');
    const args = [TERMINAL_CLIENT, '--server', serverUrl(lab), '--json', file];
    const { truth, code } = await record(lab, process.execPath, args);
    if (code !== 0) return code;
    const result = resultSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    console.log(`\n${compareWithTruth(result, truth)}`);
    return 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runCommand(lab: Lab, command: readonly string[]): Promise<number> {
  const { truth, fromMs, toMs, code } = await record(lab, command[0] ?? '', command.slice(1));
  console.log(`\n${describeLink(truth, fromMs, toMs)}`);
  return code;
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const lab = await openLab(options.link);
  const stop = () => void lab.close().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await (options.command.length === 0 ? runTest(lab) : runCommand(lab, options.command));
  } finally {
    await lab.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(error.message);
  process.exitCode = error.code === 'bad-link' || error.code === 'bad-option' ? 2 : 1;
}
