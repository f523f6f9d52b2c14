import {
  choice,
  reservePort,
  describeSettings,
  loadConfig,
  ServiceError,
  textOr,
  toggle,
  wholeNumber,
} from '@rowhouse/service';
import { roleSchema } from '@rowhouse/classroom-protocol';
import { configSchema, ENV_PREFIX } from '../config.ts';
import { demoPassword } from '../demo/people.ts';
import { LaunchError } from '../launch/errors.ts';
import { foldersOf } from '../launch/resolve.ts';
import { CommandError } from './errors.ts';
import { connectOperator } from './operator-client.ts';

const ROLES = roleSchema.options;

/** What the commands take besides the classroom's own settings, by which they find it. */
const commandSchema = configSchema.extend({
  users: wholeNumber({ help: 'plan: students of the class', default: 38, min: 1, max: 2000 }),
  measure: toggle({ help: 'plan: measure this machine first', default: false }),
  url: textOr({
    help: 'try: address of the classroom',
    default: 'auto',
    expects: 'an address such as http://localhost:10086',
    test: (value) => value === 'auto' || /^https?:\/\//.test(value),
  }),
  role: choice({ help: 'account add: what they are', of: ROLES, default: 'student' }),
  name: textOr({ help: 'try: who signs in', default: 'student01', expects: 'a name', test: (value) => value !== '' }),
  password: textOr({
    help: 'try: with which password',
    default: 'auto',
    expects: 'a password',
    test: (value) => value !== '',
  }),
});

const HELP = `npm run classroom -- COMMAND [SETTING …]

  try                       signs in as a demo student, runs a script and a REPL, saves a file; says how long each took
  status                    what runs, how full it is and what should be done
  roster add FILE.csv       adds students from a list with the columns name and display name; prints their first
                            passwords, once
  roster list               all accounts
  account add NAME --role R a student, teacher or admin, also the first one; prints the first password, once
  reset-password NAME       a new first password
  first-admin               a new link for the first administrator
  plan [--users 38]         the machine a class needs, and its price: light, normal, peak
  plan --measure            the same from what this machine measures; the classroom keeps to it from its next start

All but try and plan speak with the running classroom over a socket that only root and the classroom's own user can
reach. They find it by the settings with which it was started: --port, and --demo for the demo.`;

const argv = process.argv.slice(2);
const firstSetting = argv.findIndex((arg) => arg.startsWith('--'));
const words = firstSetting === -1 ? argv : argv.slice(0, firstSetting);
const rest = firstSetting === -1 ? [] : argv.slice(firstSetting);
// A reader such as head may have seen enough.
process.stdout.on('error', () => process.exit(0));
const print = (line: string) => process.stdout.write(`${line}\n`);
const printAll = (lines: readonly string[]) => lines.forEach(print);

try {
  if (words.length === 0 || rest.includes('--help')) {
    print(`${HELP}\n\nSettings:\n${describeSettings(commandSchema, ENV_PREFIX)}`);
    process.exit(rest.includes('--help') ? 0 : 1);
  }
  await command();
} catch (error) {
  const known = error instanceof ServiceError || error instanceof LaunchError || error instanceof CommandError;
  process.stderr.write(
    known ? `rowhouse: ${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}

async function command(): Promise<void> {
  const config = loadConfig({ schema: commandSchema, argv: rest, env: process.env, prefix: ENV_PREFIX });
  const userFolders = { runtimeFolder: process.env['XDG_RUNTIME_DIR'], dataHome: process.env['XDG_DATA_HOME'] };
  const folders = foldersOf(config, userFolders);
  const operator = connectOperator(folders.operatorSocket);
  const [word, subject, ...more] = words;
  const people = () => import('./people.ts');
  switch (word === 'roster' || word === 'account' ? `${word} ${subject ?? ''}` : String(word)) {
    case 'try': {
      const { tryClassroom } = await import('./try.ts');
      const scheme = config.sslCertfile === null ? 'http' : 'https';
      const origin = config.url === 'auto' ? `${scheme}://localhost:${config.port}` : config.url;
      const password = config.password === 'auto' ? demoPassword(config.name) : config.password;
      return tryClassroom({ origin, name: config.name, password, print });
    }
    case 'status':
      return printAll(await (await import('./status.ts')).statusLines(operator));
    case 'roster add': {
      const [file] = more;
      if (file === undefined) throw new CommandError('Name the list: npm run classroom -- roster add students.csv');
      return printAll(await (await people()).addRoster(operator, file));
    }
    case 'roster list':
      return printAll(await (await people()).listRoster(operator));
    case 'account add': {
      const [name] = more;
      if (name === undefined) throw new CommandError('Name the account: account add ada --role teacher');
      return printAll(await (await people()).addAccount(operator, name, config.role));
    }
    case 'reset-password':
      if (subject === undefined) throw new CommandError('Name the account: npm run classroom -- reset-password NAME');
      return printAll(await (await people()).resetPassword(operator, subject));
    case 'first-admin':
      return printAll(await (await people()).firstAdmin(operator));
    case 'plan': {
      const { planCommand } = await import('./plan.ts');
      return planCommand({
        users: config.users,
        measure: config.measure,
        priceFile: config.priceFile ?? new URL('../../prices.json', import.meta.url),
        folders: [folders.data, foldersOf({ ...config, demo: !config.demo }, userFolders).data],
        demoProgram: new URL(`../main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
        operatorSocketOf: (port) => foldersOf({ ...config, port, demo: true }, userFolders).operatorSocket,
        freePort: () => reservePort('the classroom', '127.0.0.1', 0),
        execArgv: process.execArgv,
        env: process.env,
        print,
      });
    }
    case 'account ':
      throw new CommandError('Say whom to add: account add NAME --role teacher.');
    case 'roster ':
      throw new CommandError('Say what to do with the roster: roster add FILE.csv, or roster list.');
    default:
      throw new CommandError(`There is no command "${words.join(' ')}". See: npm run classroom -- --help`);
  }
}
