import path from 'node:path';
import { createLogger } from '@rowhouse/service';
import { connectToSupervisor } from '@rowhouse/supervisor';
import { LauncherError } from './errors.ts';
import { startLauncher } from './launcher.ts';
import { type LauncherSettings, readSettings } from './settings.ts';

const supervisor = await connectToSupervisor<LauncherSettings>();
if (!supervisor) {
  process.stderr.write('This program is started by the launcher: npm start\n');
  process.exit(1);
}
// What this process makes, only it can change.
process.umask(0o022);
const settings = readSettings(supervisor.settings);
const log = createLogger({ service: 'rooms', port: settings.instance, level: settings.logLevel });

const fail = (error: unknown) => {
  const known = error instanceof LauncherError;
  log.fatal(known ? { code: error.code } : { err: error }, error instanceof Error ? error.message : 'failed');
  process.exit(1); // the supervisor starts it anew, and that one clears away what is left
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const launcher = await startLauncher({
  settings,
  programs: path.resolve(import.meta.dirname, '../../python'),
  environment: { ...process.env } as Record<string, string>,
  onTrouble: (message, details) => log.error(details, message),
});
supervisor.onStop(async () => launcher.stop());
const { state, swept, notes } = launcher;
if (swept.rooms + swept.groups > 0) log.warn(swept, 'ended what an earlier launcher had left');
log.info({ python: state.python, bubblewrap: state.bubblewrap, notes }, 'ready');
supervisor.ready({ ...state, swept: { ...swept }, notes });
launcher.warmUp().catch((error: unknown) => log.warn({ err: error }, 'the list of fonts was not made'));
