// `npm start`: install and build what is missing, then start both applications, or the one that is named.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applications, dealOut, readFlags } from './lib/applications.mjs';
import { ensureBuilt, ensureInstalled, fail } from './lib/prepare.mjs';

const helper = path.join(path.dirname(fileURLToPath(import.meta.url)), 'application.mjs');
const argv = process.argv.slice(2);
const asksBufferbloat = argv[0] === 'status' || argv.includes('--test') || argv.includes('--version');

ensureInstalled();
ensureBuilt();
const named = applications.find(({ name }) => name === argv[0]);
if (named) await become(named, argv.slice(1));
else if (argv.includes('--help') || argv.includes('-h')) help();
else if (asksBufferbloat) await become(applications[0], argv);
else await startAll();

/** This process is the application's supervisor: no process of its own in between. */
async function become({ main }, args) {
  process.argv.splice(1, process.argv.length, main, ...args);
  await import(pathToFileURL(main).href);
}

function help() {
  process.stdout.write(`Rowhouse: a bufferbloat test on port 8000, a Python classroom on port 10086.

Usage: npm start                              both
       npm start -- bufferbloat [SETTING …]   the test alone; npm start -- bufferbloat --help lists its settings
       npm start -- classroom [SETTING …]     the classroom alone; npm start -- classroom --help lists its settings
       npm start -- [SETTING …]               both; a setting that both have is the test's, but for --production,
                                              --log-level, --ssl-certfile and --ssl-keyfile, which are for both
       npm start -- --demo                    both, the classroom with people and files to try it out
       npm start -- status, npm start -- --test   of the bufferbloat test; of the classroom: npm run classroom -- status

What one of them lacks never stops the other.
`);
}

async function startAll() {
  const { dealt, unknown } = dealOut(argv, await readFlags());
  if (unknown !== undefined)
    fail(
      `rowhouse: ${unknown}: neither application has such a setting; ` +
        'see npm start -- bufferbloat --help and npm start -- classroom --help',
    );
  let asked = false;
  let worst = 0;
  const running = new Map();
  for (const { name, title, main } of applications) {
    const child = spawn(process.execPath, [...process.execArgv, helper, main, ...dealt.get(name)], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    running.set(name, child);
    child.once('error', () => child.emit('exit', 1));
    child.once('exit', (code) => {
      running.delete(name);
      worst = Math.max(worst, code ?? 1);
      if (running.size === 0) process.exit(worst);
      if (!asked) process.stderr.write(`The ${title} has ended; the other application goes on.\n`);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      asked = true;
      for (const child of running.values()) child.kill(signal);
    });
}
