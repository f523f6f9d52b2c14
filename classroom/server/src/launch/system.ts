import { layersSchema } from '@rowhouse/classroom-protocol';
import type { Logger } from '@rowhouse/service';
import {
  createSupervisor,
  type JsonValue,
  logEvent,
  type Supervisor,
  type SupervisorError,
} from '@rowhouse/supervisor';
import * as z from 'zod';
import { classroomAddresses, healthSummary } from './banner.ts';
import { childSpecs } from './children.ts';
import type { LaunchError } from './errors.ts';
import { checkIsolation } from './isolation.ts';
import type { ResolvedSettings } from './resolve.ts';

export interface SystemOptions {
  readonly settings: ResolvedSettings;
  readonly allowWeakIsolation: boolean;
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

export interface System {
  /**
   * Starts the database, the launcher of rooms and the server, and tells a person where to find it; from then on
   * whichever ends is started again.
   *
   * @throws SupervisorError when one of them does not become ready, or when it was stopped before; LaunchError
   *   `ERR_LAUNCH_WEAK` when the walls are too weak; `onEnd` is then not called
   */
  start(): Promise<void>;
  stop(): void;
  /** Ends all programs at once. */
  kill(): void;
}

/** Programs that fail so often are not mended by starting them once more. */
const INTENSITY = { restarts: 10, periodMs: 60_000 };

/** What the launcher says when it is ready. */
const launcherDetails = z.object({
  layers: layersSchema,
  python: z.string().nullable(),
  bubblewrap: z.string().nullable(),
  swept: z.object({ rooms: z.int(), processes: z.int() }),
  /** Why rooms have fewer walls than they could have. */
  notes: z.array(z.string()),
});
type LauncherDetails = z.infer<typeof launcherDetails>;

export function createSystem(options: SystemOptions): System {
  const { settings, execArgv, log, print, nowMs, onEnd } = options;
  const { main, capacity } = settings;
  let healthy = false;
  let weak: LaunchError | undefined;
  let details: LauncherDetails | undefined;
  const supervisor: Supervisor = createSupervisor({
    children: childSpecs(settings, execArgv),
    intensity: INTENSITY,
    onEvent(event) {
      logEvent(log, event);
      if (event.type === 'child-ready' && event.id === 'launcher') {
        details = readDetails(event.details);
        weak = judge(details, main.capacity.maxUsers, options.allowWeakIsolation);
        if (weak) queueMicrotask(() => void supervisor.stop());
      }
      if (healthy && event.type === 'supervisor-stopped') onEnd(event.error);
    },
  });
  return {
    async start() {
      try {
        await supervisor.start();
      } catch (error) {
        await supervisor.stop();
        throw weak ?? error;
      }
      healthy = true;
      for (const address of classroomAddresses(main.tls ? 'https' : 'http', main.host, main.port))
        print(`  ${address}`);
      const programs = supervisor.status().map(({ id, pid = 0 }) => ({ id, pid }));
      print(
        healthSummary({
          port: main.port,
          programs,
          python: details?.python ?? null,
          bubblewrap: details?.bubblewrap ?? null,
          layers: details?.layers,
          capacity,
          readyMs: nowMs(),
        }),
      );
      for (const note of details?.notes ?? []) print(note);
      const { rooms = 0, processes = 0 } = details?.swept ?? {};
      if (rooms + processes > 0)
        print(`An earlier life was not stopped properly: ${rooms} rooms with ${processes} processes were ended.`);
      print('Ctrl-C stops it.');
    },
    stop: () => void supervisor.stop(),
    kill: () => supervisor.kill(),
  };
}

function readDetails(details: JsonValue | undefined): LauncherDetails | undefined {
  return launcherDetails.safeParse(details).data;
}

function judge(details: LauncherDetails | undefined, maxUsers: number, allowWeak: boolean): LaunchError | undefined {
  try {
    checkIsolation(details?.layers, maxUsers, allowWeak);
    return undefined;
  } catch (error) {
    return error as LaunchError;
  }
}
