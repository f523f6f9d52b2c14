import type { Server } from 'node:http';
import type { createRooms } from '@rowhouse/classroom-runtime';
import type { Logger, LoopDelay, Metrics } from '@rowhouse/service';
import type { Clock, ProcessTable } from '@rowhouse/supervisor';
import type { AuditEntry } from '../db/api.ts';
import type { createStore } from '../db/store.ts';
import { createFurnisher } from '../demo/furnish.ts';
import { fileRoutes } from '../files/routes.ts';
import { createFigures } from '../health/figures.ts';
import { watchFileSystem } from '../health/file-system.ts';
import { watchLoad } from '../health/load-watch.ts';
import { type Counts, registerMetrics } from '../health/metrics.ts';
import { healthRoutes } from '../health/routes.ts';
import { createHttp } from '../http/app.ts';
import type { MainSettings } from '../launch/settings.ts';
import type { AccountRecord } from '../sessions/api.ts';
import { createGateway } from '../socket/gateway.ts';
import { clientAddress, trustedProxy } from './client-address.ts';
import { keepHouse } from './house.ts';
import { listenForOperator } from './operator.ts';
import { preparePeople } from './prepare-people.ts';
import { closeOldRecords, createRecorder } from './record.ts';
import { reportUsage } from './reports.ts';

/** For the first accounts; longer than it takes to hash the passwords of a demo on a slow machine. */
const PEOPLE_MS = 15_000;

/** For a database that is starting too; without it the classroom starts all the same. */
const DATABASE_MS = 3000;

export interface ServerParts {
  readonly settings: MainSettings;
  readonly log: Logger;
  /** The machine's time: for what takes the machine time. */
  readonly clock: Clock;
  /** The class's time: for limits, life-times and records. */
  readonly classClock: Clock;
  readonly table: ProcessTable;
  readonly metrics: Metrics;
  readonly loopDelay: LoopDelay;
  readonly createRooms: typeof createRooms;
  readonly createStore: typeof createStore;
  /** Whether what is printed is seen by whoever started it, and by nobody else. */
  readonly isTerminal: boolean;
  readonly print: (line: string) => void;
  /** The classroom is not one that may become a demo. */
  readonly onRefused: (error: Error) => void;
  readonly origin: string;
}

export interface ClassroomServer {
  /** Not listening yet. */
  readonly http: Server;
  /** What must not be done as root: the operator's socket, the first accounts. */
  begin(): Promise<void>;
  /** No new pages; those that are open are told. */
  sayGoodbye(): void;
  closeRooms(): Promise<void>;
  closeStore(deadlineMs: number): Promise<void>;
}

/** Puts the parts of the classroom's server together. */
export async function createServer(parts: ServerParts): Promise<ClassroomServer> {
  const { settings, log, clock, classClock, loopDelay, metrics } = parts;
  const { limits, capacity, tls, tlsInFront } = settings;
  const store = parts.createStore({ address: settings.database, log, clock, classClock });
  let counts: Counts | undefined;
  const recorder = createRecorder({ store, clock: classClock, table: parts.table, log, counts: () => counts });
  const bareRooms = await parts.createRooms({
    launcherSocket: settings.launcherSocket,
    socketFolder: settings.socketFolder,
    limits,
    capacity,
    clock,
    classClock,
    onEvent(event) {
      recorder.onEvent(event);
      // It comes when no page looks at the program: so all of the student's hear of it.
      if (event.type === 'abandon-warning')
        gateway.tell(event.process.owner, { type: event.type, process: event.process.id, inMs: event.inMs });
    },
  });
  const isTrusted = trustedProxy(settings.trustedProxies);
  // With TLS in front of us nobody comes but through a proxy, whatever it calls itself.
  const isProxy = (address: string) => tlsInFront || isTrusted(address);
  const onlyLocal = settings.host === '127.0.0.1' || settings.host === '::1';
  const http = createHttp({
    store,
    log,
    clock: classClock,
    tls,
    tlsInFront,
    addressOf: clientAddress(isTrusted),
    isProxy,
    closeRoom: async (account) => bareRooms.find(account)?.close('room-closed'),
    // A foreign name that was pointed at this machine is nobody's.
    allowedHosts: onlyLocal ? ['localhost', ...settings.allowedHosts] : settings.allowedHosts,
  });
  const { accounts, authenticate, sessions, refusals } = http;
  const ownerOf = ({ id, roomUid }: AccountRecord) => ({ id, uid: settings.uidBase + roomUid });
  const house = keepHouse(bareRooms, {
    isConnected: (owner) => gateway.connected().has(owner),
    clock: classClock,
    ...(settings.demo ? { prepare: createFurnisher() } : {}),
  });
  const { rooms } = house;
  const audit = (entry: AuditEntry) => store.audit(entry);
  const gateway = createGateway({ rooms, accounts, authenticate, sessions, refusals, ownerOf, audit, clock, log });

  const load = watchLoad(clock);
  const files = watchFileSystem(settings.dataFolder, clock);
  const figures = createFigures({
    rooms,
    store,
    fileSystem: () => files.state(),
    connectedUsers: () => gateway.connected().size,
    maxUsers: capacity.maxUsers,
    optimizedFor: settings.optimizedFor,
    cpuPercent: () => load.cpuPercent,
    memoryPercent: () => load.memoryPercent,
    uptimeS: () => process.uptime(),
  });
  counts = registerMetrics(metrics, {
    figures,
    rooms,
    store,
    connections: () => gateway.connections,
    refusals,
    loopDelay,
  });
  let stopping = false;
  const { metricsToken } = settings;
  void http.app.register(fileRoutes({ rooms, accounts, authenticate, sessions, ownerOf, limits }));
  void http.app.register(
    healthRoutes({ figures, metrics, authenticate, metricsToken, isProxy, stopping: () => stopping }),
  );
  await http.app.ready();
  // Who was signed in before a restart is then known to the first request.
  await Promise.race([untilUp(store), new Promise<void>((resolve) => clock.after(DATABASE_MS, resolve))]);
  http.app.server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  const stopReports = reportUsage({
    rooms,
    sessions,
    connected: () => gateway.connected(),
    pidOf: (id) => recorder.pidOf(id),
    clock: classClock,
  });

  return {
    http: http.app.server,
    async begin() {
      const operator = await listenForOperator(
        settings.operatorSocket,
        {
          accounts,
          offerFirstAdmin: () => http.offerFirstAdmin(),
          figures: () => ({
            ...figures.systemStats(),
            rooms: rooms.usage(),
            pid: process.pid,
            origin: parts.origin,
            demo: settings.demo,
          }),
          dataFolder: settings.dataFolder,
        },
        log,
      );
      operator.unref();
      const { demo, dataFolder, port, production } = settings;
      const { isTerminal, onRefused } = parts;
      const print = production ? undefined : parts.print;
      const { origin } = parts;
      const offerFirstAdmin = () => http.offerFirstAdmin();
      const people = preparePeople(
        { demo, dataFolder, port, origin, store, accounts, offerFirstAdmin, print, isTerminal, log },
        onRefused,
      );
      closeOldOnce(parts, store, (id) => recorder.pidOf(id) !== null);
      // Whoever is told that the classroom is ready can sign in, unless the database is away.
      await Promise.race([people, new Promise<void>((resolve) => clock.after(PEOPLE_MS, resolve))]);
    },
    sayGoodbye() {
      stopping = true;
      gateway.close();
      house.stop();
      stopReports();
      load.stop();
      files.stop();
    },
    closeRooms: () => bareRooms.close(),
    async closeStore(deadlineMs) {
      http.stop();
      await store.close(deadlineMs);
    },
  };
}

function untilUp(store: ReturnType<typeof createStore>): Promise<void> {
  return new Promise((resolve) => {
    store.onUp((up) => {
      if (up) resolve();
    });
  });
}

/** Runs that the records still call running belong to an earlier life; once, when the database is there. */
function closeOldOnce(
  { log, classClock }: Pick<ServerParts, 'log' | 'classClock'>,
  store: ReturnType<typeof createStore>,
  isOurs: (process: string) => boolean,
): void {
  let done = false;
  store.onUp((up) => {
    if (!up || done) return;
    done = true;
    closeOldRecords(store, classClock.epochMs(), isOurs).then(
      (count) => count > 0 && log.warn({ count }, 'runs of an earlier life of the server are closed in the records'),
      (error: unknown) => {
        done = false;
        log.warn({ err: error }, 'old records');
      },
    );
  });
}
