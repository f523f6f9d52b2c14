import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLogger, dropPrivileges } from '@rowhouse/service';
import { connectToSupervisor } from '@rowhouse/supervisor';
import { setClockOrigin } from '../clock.ts';
import { createGuard } from '../guard/index.ts';
import type { MainSettings, ProcessReport } from '../settings.ts';
import { loadLibc } from '../tcp/index.ts';
import { loadPages } from './pages.ts';
import { ownProcesses } from './own-process.ts';
import { watchPing } from './ping-watch.ts';
import { createMainServer } from './server.ts';

const PAGE_FOLDER = fileURLToPath(new URL('../../../web/dist/page/', import.meta.url));
const MANIFEST = fileURLToPath(new URL('../../package.json', import.meta.url));

const supervisor = await connectToSupervisor<MainSettings>();
if (!supervisor) {
  process.stderr.write('This program is started by the launcher: npm start\n');
  process.exit(1);
}
const { settings } = supervisor;
setClockOrigin(settings.clockOriginMs);
const log = createLogger({ service: 'main', port: settings.port, level: settings.logLevel });

const fail = (error: unknown) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'failed');
  process.exit(1); // the supervisor starts it anew, in a known state
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const pages = loadPages(PAGE_FOLDER);
if (pages.size === 0) log.warn('the page has not been built; only the endpoints are served');
const libc = await loadLibc();
if (typeof libc === 'string') log.warn({ reason: libc }, 'no TCP_INFO and no choice of congestion control');
const own = ownProcesses(settings.host, settings.tls !== null);
const main = createMainServer({
  guard: createGuard({ settings: settings.guard, secret: Buffer.from(settings.secretHex, 'hex') }),
  log,
  pages,
  version: (JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string }).version,
  tls: settings.tls,
  pingPort: settings.pingPort,
  ping: () => ping.latest(),
  household: settings.household,
  own,
  limits: settings.guard.limits,
  libc,
});
const { port, congestionControl } = await main.listen(settings.host, settings.port);
// No event is handled between listening and here: nothing of the network is read as root, answers to us included.
const dropped = dropPrivileges(settings.user);
const ping = watchPing(own, settings.pingPort);
supervisor.onTell((data) => main.tell(data as ProcessReport));

supervisor.onStop(async () => {
  await main.stop(settings.drainMs);
  ping.stop();
});
const tcpInfo = typeof libc !== 'string';
log.info({ congestionControl, tcpInfo, pages: pages.size, user: dropped ? settings.user : undefined }, 'ready');
supervisor.ready({ port, congestionControl, tcpInfo });
