import { readFileSync } from 'node:fs';
import { createLogger, describeSettings, errorLine, loadConfig, watchStopKeys } from '@rowhouse/service';
import { type Config, configSchema, ENV_PREFIX } from './config.ts';
import { ensureBubblewrap } from './launch/bubblewrap.ts';
import { resolveSettings } from './launch/resolve.ts';
import { createSystem } from './launch/system.ts';
import { TIMES_AS_FAST } from './launch/times-as-fast.ts';

const argv = process.argv.slice(2);
const print = (line: string) => process.stdout.write(`${line}\n`);
const asks = (word: string) => argv.includes(word);

try {
  if (asks('--help') || asks('-h')) print(help());
  else if (asks('--version')) print(version());
  else await run();
} catch (error) {
  process.stderr.write(`${errorLine(error)}\n`);
  process.exit(1);
}

function help(): string {
  return `Rowhouse classroom: Python for a class, every student in a room of their own.

Usage: npm start -- classroom [--port 10086] [--config FILE] [SETTING …]
       npm start -- --demo              an empty classroom with a teacher, 38 students and sample files
       npm run classroom -- --help      accounts, lists of students, plan, try, status

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
  return loadConfig({ schema: configSchema, argv, env: process.env, prefix: ENV_PREFIX });
}

async function run(): Promise<void> {
  const config = configuration();
  const logLevel = config.logLevel === 'auto' ? (process.stderr.isTTY ? 'warn' : 'info') : config.logLevel;
  const say = config.production ? () => {} : print;
  const settings = await resolveSettings(config, logLevel, {
    runtimeFolder: process.env['XDG_RUNTIME_DIR'],
    dataHome: process.env['XDG_DATA_HOME'],
    timesAsFast: process.env[TIMES_AS_FAST],
  });
  process.on('exit', settings.release);
  say('Rowhouse classroom is starting…');
  const { timesAsFast } = settings.main;
  if (timesAsFast !== 1) say(`The class’s time runs ${timesAsFast} times as fast: this is a test.`);
  const system = createSystem({
    settings,
    allowWeakIsolation: config.allowWeakIsolation,
    execArgv: process.execArgv,
    log: createLogger({ service: 'supervisor', port: settings.main.port, level: logLevel }),
    print: say,
    // Counts from the start of this process, so that the figure is what a person waited for.
    nowMs: () => performance.now(),
    onEnd: (error) => {
      if (error) process.stderr.write(`${errorLine(error)}\n`);
      process.exit(error ? 1 : 0);
    },
  });
  const keys = watchStopKeys(
    () => {
      say('Stopping; saved files are safe. Ctrl-C again stops at once.');
      system.stop();
    },
    () => system.kill(),
  );
  await ensureBubblewrap(say);
  try {
    await system.start();
  } catch (error) {
    if (keys.asked) process.exit(0);
    throw error;
  }
}
