import { createLogger, createMetrics, createStopper, dropPrivileges, listen, watchLoopDelay } from '@rowhouse/service';
import { createRooms } from '@rowhouse/classroom-runtime';
import { connectToSupervisor, createProcessTable, systemClock } from '@rowhouse/supervisor';
import { createStore } from '../db/store.ts';
import type { MainSettings } from '../launch/settings.ts';
import { classroomAddresses } from '../launch/banner.ts';
import { createClassClock } from './class-clock.ts';
import { createServer } from './server.ts';

/** For goodbyes to reach the pages, and requests under way to be answered. */
const STOP_MS = 3000;
const CLOSE_STORE_MS = 3000;

const supervisor = await connectToSupervisor<MainSettings>();
if (!supervisor) {
  process.stderr.write('This program is started by its supervisor: npm start -- classroom\n');
  process.exit(1);
}
const { settings } = supervisor;
const log = createLogger({ service: 'classroom', port: settings.port, level: settings.logLevel });

const fail = (error: unknown) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'failed');
  process.exit(1); // the supervisor starts it anew, in a known state
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const server = await createServer({
  settings,
  log,
  clock: systemClock,
  classClock: createClassClock(systemClock, settings.timesAsFast),
  table: createProcessTable(),
  metrics: createMetrics('classroom'),
  loopDelay: watchLoopDelay(),
  createRooms,
  createStore,
  isTerminal: process.stdout.isTTY,
  print: (line) => process.stdout.write(`${line}\n`),
  onRefused: (error) => {
    process.stderr.write(`rowhouse: ${error.message}\n`);
    process.exit(1);
  },
  origin: classroomAddresses(settings.tls ? 'https' : 'http', settings.host, settings.port)[0] ?? '',
});
const stopper = createStopper(server.http);
await listen(server.http, 'the classroom', settings.host, settings.port);
// No event is handled between listening and here: nothing of the network, and nothing of a room, is read as root.
const dropped = dropPrivileges(settings.user);
await server.begin();

supervisor.onStop(async () => {
  server.sayGoodbye();
  // Runs end while the last answers leave.
  await Promise.all([server.closeRooms(), stopper.stop(STOP_MS)]);
  await server.closeStore(CLOSE_STORE_MS);
});
log.info({ user: dropped ? settings.user : undefined }, 'ready');
supervisor.ready({ port: settings.port });
