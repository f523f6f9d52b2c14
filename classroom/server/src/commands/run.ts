import { loadConfig, reservePort } from '@rowhouse/service';
import { ENV_PREFIX } from '../config.ts';
import { demoPassword } from '../demo/people.ts';
import { foldersOf } from '../launch/resolve.ts';
import { askNewPassword, createAsker } from './asker.ts';
import type { Asked } from './command-line.ts';
import { CommandError } from './errors.ts';
import { connectOperator } from './operator-client.ts';
import { commandSchema } from './settings.ts';

/** Does what was asked for. @throws CommandError, ServiceError, LaunchError, each with what to tell a person */
export async function runCommand(
  { name, subject, flags }: Extract<Asked, { help: false }>,
  { print, env }: { readonly print: (line: string) => void; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const config = loadConfig({ schema: commandSchema, argv: flags, env, prefix: ENV_PREFIX });
  const userFolders = { runtimeFolder: env['XDG_RUNTIME_DIR'], dataHome: env['XDG_DATA_HOME'] };
  const folders = foldersOf(config, userFolders);
  const operator = connectOperator(folders.operatorSocket);
  const asker = createAsker({ input: process.stdin, output: process.stderr });
  const isTerminal = process.stdin.isTTY;
  const scheme = config.sslCertfile === null ? 'http' : 'https';
  const origin = config.url === 'auto' ? `${scheme}://localhost:${config.port}` : config.url;
  const printAll = (lines: readonly string[]) => lines.forEach(print);
  const people = () => import('./people.ts');
  switch (name) {
    case 'try': {
      const { tryClassroom } = await import('./try.ts');
      const password = config.password === 'auto' ? demoPassword(config.name) : config.password;
      const newPassword = () => askNewPassword(asker, isTerminal);
      return tryClassroom({ origin, name: config.name, password, newPassword, print });
    }
    case 'status':
      return printAll(await (await import('./status.ts')).statusLines(operator));
    case 'roster add':
      return printAll(await (await people()).addRoster(operator, subject));
    case 'account add':
      return printAll(await (await people()).addAccount(operator, subject, config.role));
    case 'account list':
      return printAll(await (await people()).listAccounts(operator));
    case 'account role': {
      const { changeRole, requireRole } = await people();
      requireRole(flags);
      return printAll(await changeRole(operator, subject, config.role));
    }
    case 'account password':
      return printAll(
        await (await import('./own-password.ts')).changeOwnPassword({ origin, name: subject }, asker, isTerminal),
      );
    case 'account remove':
      if (!config.yes && !(await asker.agrees(`Remove ${subject} for good, with all sessions and records?`)))
        throw new CommandError('Nothing was changed.');
      return printAll(await (await people()).removeAccount(operator, subject));
    case 'reset-password':
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
        env,
        print,
      });
    }
    default:
      return name satisfies never;
  }
}
