import type { Logger } from '@rowhouse/service';
import { createSupervisor, type Supervisor, type SupervisorError, type SupervisorEvent } from '@rowhouse/supervisor';
import { healthSummary, pageAddresses, type ReadyProgram } from './banner.ts';
import { childSpecs } from './children.ts';
import type { ResolvedSettings } from './resolve.ts';

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
   * Starts the ping server, then the main server, and tells a person where to find them; from then on whichever ends
   * is started again.
   *
   * @throws SupervisorError when one of them does not become ready, or when it was stopped before; `onEnd` is then not
   * called
   */
  start(): Promise<void>;
  /** Lets running tests finish up to their deadline, then ends. */
  stop(): void;
  /** Ends both programs at once. */
  kill(): void;
}

/** Programs that fail so often are not mended by starting them once more. */
const INTENSITY = { restarts: 10, periodMs: 60_000 };

export function createLauncher({ settings, execArgv, log, print, nowMs, onEnd }: LauncherOptions): Launcher {
  const { main, ping } = settings;
  const board = createBoard({ main: main.port, ping: ping.port });
  let healthy = false;
  const supervisor: Supervisor = createSupervisor({
    children: childSpecs(main, ping, execArgv),
    intensity: INTENSITY,
    onEvent(event) {
      board.note(event);
      logEvent(log, event);
      if (healthy && event.type === 'supervisor-stopped') onEnd(event.error);
    },
  });
  return {
    async start() {
      await supervisor.start();
      healthy = true;
      for (const address of pageAddresses(main.tls ? 'https' : 'http', main.host, main.port)) print(`  ${address}`);
      print(healthSummary(board.programs(), nowMs()));
      print('Ctrl-C stops it.');
    },
    stop: () => void supervisor.stop(),
    kill() {
      for (const { pid } of supervisor.status()) {
        if (pid !== undefined) supervisor.safeSignal(pid, 'SIGKILL', 'group');
      }
    },
  };
}

/** Remembers who runs and what they said when they were ready. */
function createBoard(ports: Readonly<Record<string, number>>) {
  const pids = new Map<string, number>();
  const ready = new Map<string, ReadyProgram>();
  return {
    note(event: SupervisorEvent) {
      if (event.type === 'child-started') pids.set(event.id, event.pid);
      if (event.type !== 'child-ready') return;
      const { id, details } = event;
      ready.set(id, { id, pid: pids.get(id) ?? 0, port: ports[id] ?? 0, details });
    },
    programs: () => [...ready.values()].toSorted((a, b) => a.id.localeCompare(b.id)),
  };
}

const LEVELS: Readonly<Partial<Record<SupervisorEvent['type'], 'warn' | 'error'>>> = {
  'child-start-failed': 'error',
  'child-unhealthy': 'warn',
  'child-protocol-error': 'error',
  'child-killed': 'warn',
  'child-restarting': 'warn',
  'child-gave-up': 'error',
  'child-lost': 'error',
  'signal-refused': 'error',
  escalated: 'error',
};

function logEvent(log: Logger, event: SupervisorEvent): void {
  const { type, ...figures } = event;
  const unasked = type === 'child-exited' && event.cause === 'own';
  log[unasked ? 'warn' : (LEVELS[type] ?? 'info')](figures, type);
}
