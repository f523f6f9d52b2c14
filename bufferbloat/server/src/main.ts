import { readFileSync } from 'node:fs';
import { createLogger, describeSettings, errorLine, loadConfig, watchStopKeys } from '@rowhouse/service';
import { configSchema, ENV_PREFIX, type Config } from './config.ts';
import { createLauncher } from './launcher.ts';
import { resolveSettings } from './resolve.ts';

const argv = process.argv.slice(2);
const print = (line: string) => process.stdout.write(`${line}\n`);
const asks = (word: string) => argv.includes(word);
/** What is left are settings. */
const settingsArgv = argv.filter((arg, index) => arg !== '--test' && !(arg === 'status' && index === 0));

try {
  if (asks('--help') || asks('-h')) print(help());
  else if (asks('--version')) print(version());
  else if (argv[0] === 'status') await status();
  else await run();
} catch (error) {
  process.stderr.write(`${errorLine(error)}\n`);
  process.exit(1);
}

function help(): string {
  return `Rowhouse bufferbloat test: the page with its load on one port, the ping server on another, and a process for
every user of the virtual household.

Usage: npm start -- [--port 8000] [--ping-port 8005] [--config FILE] [SETTING …]
       npm start -- --test [SETTING …]     starts, checks every endpoint and every user type, stops
       npm start -- status [--port 8000]   processes, ports, sessions and restarts of a running system

Flags win over environment variables, those over the JSON file, that over the defaults [in brackets].

  --config TEXT
      JSON file with settings by their camelCase names (${ENV_PREFIX}_CONFIG)
${describeSettings(configSchema, ENV_PREFIX)}
  --version
  --help`;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}

function configuration(): Config {
  return loadConfig({ schema: configSchema, argv: settingsArgv, env: process.env, prefix: ENV_PREFIX });
}

async function status(): Promise<void> {
  const { statusLines } = await import('./status.ts');
  for (const line of await statusLines(configuration())) print(line);
}

async function run(): Promise<void> {
  const config = configuration();
  const quiet = process.stderr.isTTY || asks('--test');
  const logLevel = config.logLevel === 'auto' ? (quiet ? 'warn' : 'info') : config.logLevel;
  const settings = await resolveSettings(config, logLevel);
  const say = config.production ? () => {} : print;
  let passed = true;
  const launcher = createLauncher({
    settings,
    execArgv: process.execArgv,
    log: createLogger({ service: 'supervisor', port: settings.main.port, level: logLevel }),
    print: say,
    // Counts from the start of this process, so that the figure is what a person waited for.
    nowMs: () => performance.now(),
    onEnd: (error) => {
      if (error) process.stderr.write(`${errorLine(error)}\n`);
      process.exit(error || !passed ? 1 : 0);
    },
  });
  const keys = watchStopKeys(
    () => {
      say('Stopping; running tests may finish. Ctrl-C again stops at once.');
      launcher.stop();
    },
    () => launcher.kill(),
  );
  say('Rowhouse bufferbloat test is starting…');
  try {
    await launcher.start();
  } catch (error) {
    if (keys.asked) process.exit(0);
    throw error;
  }
  if (!asks('--test')) return;
  const { runSelfTest } = await import('./self-test/index.ts'); // only here: the launcher stays small
  passed = await runSelfTest(settings, print);
  launcher.stop();
}
