import type { Health, Layers, SystemStats } from '@rowhouse/classroom-protocol';
import type { Rooms } from '@rowhouse/classroom-runtime';
import type { Store } from '../db/api.ts';
import { recommendations } from './recommendations.ts';

/** What the figures of the classroom are read from. */
export interface FigureSources {
  readonly rooms: Pick<Rooms, 'layers' | 'python' | 'usage' | 'counts' | 'list'>;
  readonly store: Pick<Store, 'status'>;
  /** Whether the folder of the workspaces can be read, as last tried. */
  readonly fileSystem: () => { readonly ok: boolean; readonly message: string };
  /** Accounts with a page open. */
  readonly connectedUsers: () => number;
  readonly maxUsers: number;
  readonly optimizedFor: string;
  readonly cpuPercent: () => number;
  readonly memoryPercent: () => number;
  /** Of the server process, seconds. */
  readonly uptimeS: () => number;
}

export interface Figures {
  health(): Health;
  systemStats(): SystemStats;
}

const MIB = 1024 ** 2;
const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** Answers of `/health` and `/system-stats` (requirement C7), names as documented. */
export function createFigures(sources: FigureSources): Figures {
  const { rooms, store, maxUsers } = sources;
  const health = (): Health => {
    const { rooms: openRooms, running } = rooms.counts();
    const active = Math.max(openRooms, sources.connectedUsers());
    const database = store.status();
    const files = sources.fileSystem();
    return {
      status: overall(database.status, files.ok, rooms.layers, rooms.python),
      uptime_hours: round(sources.uptimeS() / 3600, 3),
      users: { active_count: active, max_allowed: maxUsers, utilization_percent: round((100 * active) / maxUsers, 1) },
      threads: {
        total_active: running,
        memory_usage_mb: round(rooms.usage().reduce((sum, { pssBytes }) => sum + pssBytes, 0) / MIB, 1),
      },
      system: { cpu_percent: sources.cpuPercent(), memory_percent: sources.memoryPercent() },
      architecture: { type: 'process-per-user', optimized_for: sources.optimizedFor },
      database: { status: database.status, message: database.message },
      file_system: { status: files.ok ? 'healthy' : 'unavailable', message: files.message },
      isolation: rooms.layers,
      python: rooms.python,
    };
  };
  return {
    health,
    systemStats() {
      const now = health();
      const { queued, fileOperations, abandoned } = rooms.counts();
      const living = rooms
        .list()
        .flatMap((room) => room.processes())
        .filter(({ info }) => info.state !== 'ended');
      const repls = living.filter(({ info }) => info.kind === 'repl').length;
      return {
        ...now,
        recommendations: recommendations(now, { queued, abandoned }),
        queue_length: queued,
        processes: { scripts: living.length - repls, repls, file_operations: fileOperations, abandoned },
      };
    },
  };
}

/** Unhealthy: students cannot work. Degraded: they can, and somebody should look. */
function overall(
  database: Health['database']['status'],
  filesOk: boolean,
  layers: Layers,
  python: string | null,
): Health['status'] {
  if (!filesOk || python === null) return 'unhealthy';
  const weak = layers['own-uid'].state === 'absent' || layers['mount-namespace'].state === 'absent';
  return database === 'healthy' && !weak ? 'healthy' : 'degraded';
}
