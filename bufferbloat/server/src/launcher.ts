import { type Logger, serverAddresses } from '@rowhouse/service';
import {
  createSupervisor,
  logEvent,
  type Supervisor,
  type SupervisorError,
  type SupervisorEvent,
} from '@rowhouse/supervisor';
import { healthSummary } from './banner.ts';
import { createBoard } from './board.ts';
import { childSpecs } from './children.ts';
import type { ResolvedSettings } from './resolve.ts';
import type { ProcessReport } from './settings.ts';

export interface LauncherOptions {
  readonly settings: ResolvedSettings;
  /** Node's own flags, which the programs inherit. */
  readonly execArgv: readonly string[];
  readonly log: Logger;
  /** Takes a line for a person. */
  readonly print: (line: string) => void;
  /** Milliseconds since whatever "ready in … s" shall count from. */
  readonly nowMs: () => number;
  /** Everything is down: as asked, or with the reason why not. Called once. */
  readonly onEnd: (error: SupervisorError | undefined) => void;
}

export interface Launcher {
  /**
   * Starts the ping server, then the main server, the household's processes beside them, and tells a person where to
   * find them; from then on whichever ends is started again.
   *
   * @throws SupervisorError when one of them does not become ready, or when it was stopped before; `onEnd` is then not
   * called
   */
  start(): Promise<void>;
  /** Lets running tests finish up to their deadline, then ends. */
  stop(): void;
  /** Ends all programs at once. */
  kill(): void;
}

/** Programs that fail so often are not mended by starting them once more. */
const INTENSITY = { restarts: 10, periodMs: 60_000 };
/** A user process that is given up may have been the victim of something that has passed since. */
const TRY_AGAIN_MS = 60_000;

export function createLauncher({ settings, execArgv, log, print, nowMs, onEnd }: LauncherOptions): Launcher {
  const { main, ping, users } = settings;
  const ports = new Map([['main', main.port], ['ping', ping.port], ...users.map(portOf)]);
  const board = createBoard(ports);
  const specs = childSpecs(settings, execArgv);
  let healthy = false;
  let stopping = false;
  const supervisor: Supervisor = createSupervisor({
    children: specs.essential,
    intensity: INTENSITY,
    onEvent(event) {
      board.note(event);
      logEvent(log, event, 'id' in event ? { childPort: ports.get(event.id) } : {});
      if (event.type === 'child-gave-up' && healthy) tryAgainLater(event.id);
      // The main server learns at once who comes and goes, and what has happened before it was there itself.
      if ('id' in event && !QUIET.has(event.type)) queueMicrotask(tellMain);
      if (healthy && event.type === 'supervisor-stopped') onEnd(event.error);
    },
  });
  const tellMain = () => {
    const processes = supervisor.status().map(({ id, pid, state, restarts, readySince }) => ({
      id,
      port: ports.get(id) ?? 0,
      state,
      restarts,
      ...(pid === undefined ? {} : { pid }),
      ...(readySince === undefined ? {} : { readySinceMs: readySince }),
    }));
    supervisor.tell('main', { stopping, processes } satisfies ProcessReport);
  };
  const tryAgainLater = (id: string) => {
    setTimeout(() => void supervisor.restart(id).catch(() => {}), TRY_AGAIN_MS).unref(); // its events tell the rest
  };
  return {
    async start() {
      const starts = [supervisor.start(), ...specs.users.map((spec) => supervisor.add(spec))];
      try {
        await Promise.all(starts);
      } catch (error) {
        await supervisor.stop();
        throw error;
      }
      healthy = true;
      for (const address of serverAddresses(main.tls ? 'https' : 'http', main.host, main.port)) print(`  ${address}`);
      print(healthSummary(board.programs(), nowMs()));
      print('Ctrl-C stops it.');
    },
    stop() {
      stopping = true;
      tellMain();
      void supervisor.stop();
    },
    kill: () => supervisor.kill(),
  };
}

const portOf = ({ id, settings }: ResolvedSettings['users'][number]): [string, number] => [id, settings.port];

/** Change nothing about who runs. */
const QUIET: ReadonlySet<SupervisorEvent['type']> = new Set(['child-report', 'child-output', 'signal-refused']);
