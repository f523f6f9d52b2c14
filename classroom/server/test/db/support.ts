import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSupervisor, type Supervisor, type SupervisorEvent } from '@rowhouse/supervisor';
import { databasePlaces, type DatabasePlaces } from '../../src/database/settings.ts';

const PROGRAM = fileURLToPath(new URL('../../src/database/main.ts', import.meta.url));
const TYPESCRIPT = ['--conditions=source', '--import', import.meta.resolve('tsx')];

export const DATABASE_USER = '199991';

/** The real embedded database in a folder of its own, as root under a system user of its own. */
export interface TestDatabase {
  readonly folder: string;
  readonly places: DatabasePlaces;
  readonly events: readonly SupervisorEvent[];
  readonly supervisor: Supervisor;
  readonly startupMs: number;
  isRunning(): boolean;
  stop(): Promise<void>;
  /** Also deletes the folder. */
  dispose(): Promise<void>;
}

/** Short: a socket's path may have 107 bytes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rh-db-'));
  chmodSync(folder, 0o755); // the database's user must get through
  return folder;
}

export async function startDatabase(folder = temporaryFolder()): Promise<TestDatabase> {
  const events: SupervisorEvent[] = [];
  const supervisor = createSupervisor({
    intensity: { restarts: 20, periodMs: 60_000 },
    onEvent: (event) => events.push(event),
    children: [
      {
        id: 'database',
        owner: 'system',
        kind: 'database',
        command: process.execPath,
        args: [...TYPESCRIPT, PROGRAM],
        restart: 'permanent',
        readyTimeoutMs: 30_000,
        stopTimeoutMs: 10_000,
        settings: {
          folder: `${folder}/database`,
          user: DATABASE_USER,
          // The tests are the server.
          serverUser: process.getuid?.() === 0 ? '199990' : '',
          logLevel: process.env.ROWHOUSE_TEST_LOG ?? 'silent',
          port: 0,
        },
      },
    ],
  });
  const startMs = performance.now();
  await supervisor.start();
  return {
    folder,
    places: databasePlaces(`${folder}/database`),
    events,
    supervisor,
    startupMs: performance.now() - startMs,
    isRunning: () => supervisor.status().some(({ state }) => state !== 'stopped'),
    stop: () => supervisor.stop(),
    async dispose() {
      await supervisor.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
