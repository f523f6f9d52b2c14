import { createLogger, createStopper, dropPrivileges, listen, watchLoopDelay } from '@rowhouse/service';
import { connectToSupervisor } from '@rowhouse/supervisor';
import { setClockOrigin } from '../clock.ts';
import { prepareUdp } from '../probes/index.ts';
import type { PingSettings } from '../settings.ts';
import { FLOOD_SHARE, serveFirst } from './serve-first.ts';
import { createPingServer } from './server.ts';

/** For goodbyes to reach their clients. */
const STOP_MS = 500;

const supervisor = await connectToSupervisor<PingSettings>();
if (!supervisor) {
  process.stderr.write('This program is started by the launcher: npm start\n');
  process.exit(1);
}
const { settings } = supervisor;
setClockOrigin(settings.clockOriginMs);
const log = createLogger({ service: 'ping', port: settings.port, level: settings.logLevel });

const fail = (error: unknown) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'failed');
  process.exit(1); // the supervisor starts it anew, in a known state
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

// First of all: the threads that the libraries start inherit it.
const precedence = await serveFirst(log, FLOOD_SHARE.echoes);

/** Ports below need root. */
const FIRST_FREE_PORT = 1024;

const udpProbes = await prepareUdp(settings.port, settings.host, log);
const ping = createPingServer({ settings, log, loopDelay: watchLoopDelay(), rtc: udpProbes.now });
const stopper = createStopper(ping.server);
await listen(ping.server, 'the ping server', settings.host, settings.port);
// No event is handled between listening and here, so nothing of the network is read as root but by the library's own
// thread, and that only where the port leaves no choice, for the moment of one statement.
if (settings.port < FIRST_FREE_PORT) udpProbes.open();
const dropped = dropPrivileges(settings.user);
if (settings.port >= FIRST_FREE_PORT) udpProbes.open();
const { udp, udpReason } = ping.stats();

supervisor.onStop(async () => {
  ping.end();
  await stopper.stop(STOP_MS);
  udpProbes.close();
});
log.info({ udp, udpReason, precedence, user: dropped ? settings.user : undefined }, 'ready');
supervisor.ready({ port: settings.port, udp, udpReason });
