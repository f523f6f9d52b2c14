import { createLogger, createStopper, dropPrivileges, listen, setNiceness, watchLoopDelay } from '@rowhouse/service';
import { connectToSupervisor } from '@rowhouse/supervisor';
import { setClockOrigin } from '../clock.ts';
import { FLOOD_SHARE, serveFirst } from '../ping/serve-first.ts';
import { prepareUdp } from '../probes/index.ts';
import type { UserSettings } from '../settings.ts';
import { createTcp, loadLibc } from '../tcp/index.ts';
import { createUserServer } from './server.ts';

/** For goodbyes to reach their clients. */
const STOP_MS = 500;
/** How often it looks whether the last session is over. */
const DRAIN_CHECK_MS = 100;
/** In order of preference: both fill a queue until it drops, as most of the Internet's senders do. */
const CONGESTION_CONTROLS = ['cubic', 'reno'];
/** Ports below need root. */
const FIRST_FREE_PORT = 1024;
/** What the other profiles ask for when processors are busy. */
const NICENESS = { normal: 0, background: 5 } as const;

const supervisor = await connectToSupervisor<UserSettings>();
if (!supervisor) {
  process.stderr.write('This program is started by the launcher: npm start\n');
  process.exit(1);
}
const { settings } = supervisor;
const { profile, instance, port } = settings;
setClockOrigin(settings.clockOriginMs);
const log = createLogger({ service: profile.id, port, level: settings.logLevel });

const fail = (error: unknown) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'failed');
  process.exit(1); // the supervisor starts it anew, in a known state
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

// First of all: the threads that the libraries start inherit it.
const { priority } = profile;
// Like an echo, a state of the game that waits for a processor looks like a queue in the line; niceness is not enough.
const precedence =
  priority === 'low-latency'
    ? await serveFirst(log, FLOOD_SHARE.sessions)
    : setNiceness(NICENESS[priority])
      ? priority
      : 'ordinary';
const tcp = createTcp(await loadLibc());
const udpProbes = await prepareUdp(port, settings.host, log);
const user = createUserServer({ settings, tcp, log, loopDelay: watchLoopDelay(), rtc: udpProbes.now });
const stopper = createStopper(user.server);
await listen(user.server, `the process of ${profile.id}`, settings.host, port);
const congestionControl = tcp.chooseCongestionControl(user.server, CONGESTION_CONTROLS);
// No event is handled between listening and here, so nothing of the network is read as root but by the library's own
// thread, and that only where the port leaves no choice, for the moment of one statement.
if (port < FIRST_FREE_PORT) udpProbes.open();
const dropped = dropPrivileges(settings.user);
if (port >= FIRST_FREE_PORT) udpProbes.open();
const { udp, udpReason } = user.stats();

/** Lets running sessions finish, but not for longer than they may. */
const drained = () =>
  new Promise<void>((resolve) => {
    const deadlineMs = performance.now() + settings.drainMs;
    const check = () => {
      if (user.active() > 0 && performance.now() < deadlineMs) setTimeout(check, DRAIN_CHECK_MS);
      else resolve();
    };
    check();
  });

supervisor.onStop(async () => {
  user.drain();
  await drained();
  user.end();
  await stopper.stop(STOP_MS);
  udpProbes.close();
});
log.info({ udp, udpReason, congestionControl, precedence, instance }, 'ready');
if (dropped) log.debug({ user: settings.user }, 'privileges dropped');
supervisor.ready({ port, udp, udpReason });
