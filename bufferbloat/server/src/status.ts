import { HOUSEHOLD_PATHS, MAIN_PATHS } from '@rowhouse/bufferbloat-protocol';
import { ServiceError } from '@rowhouse/service';
import type { Config } from './config.ts';
import { ask } from './self-test/http.ts';
import type { ProcessState } from './settings.ts';

/** What `/health`, `/stats` and `/virtual-household/process-health` say to this machine, as far as it is printed. */
interface Health {
  readonly status: string;
  readonly version: string;
  readonly uptimeS: number;
}
interface Stats {
  readonly tests: number;
}
interface ProcessHealth {
  readonly programs: readonly ProcessState[];
  readonly processes: readonly {
    readonly id: string;
    readonly port: number;
    readonly status: string;
    readonly pid: number | null;
    readonly restarts: number | null;
    readonly sessions: number | null;
  }[];
}

/**
 * What runs: a line for the whole and one for every process.
 *
 * @throws ServiceError `ERR_NOT_RUNNING` when nothing of ours answers on the main server's port
 */
export async function statusLines({ host, port }: Pick<Config, 'host' | 'port'>): Promise<readonly string[]> {
  const hostname = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  const address = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  try {
    return await linesOf(`http://${address}`, port).catch((error: unknown) => {
      if (isRefused(error)) throw error;
      return linesOf(`https://${address}`, port); // whoever asks need not know whether it has a certificate
    });
  } catch (error) {
    const reason = isRefused(error) ? 'nobody listens there' : 'what answers there is something else';
    throw new ServiceError('ERR_NOT_RUNNING', { port, reason });
  }
}

async function linesOf(origin: string, port: number): Promise<readonly string[]> {
  const read = async (path: string): Promise<unknown> => {
    const answer = await ask(`${origin}${path}`);
    if (answer.status !== 200) throw new Error(`${path} answers with status ${answer.status}`);
    return answer.json();
  };
  const health = (await read(MAIN_PATHS.health)) as Health;
  const { tests } = (await read(MAIN_PATHS.stats)) as Stats;
  const { programs, processes } = (await read(HOUSEHOLD_PATHS.processHealth)) as ProcessHealth;
  const rows = [
    ['process', 'pid', 'port', 'state', 'sessions', 'restarts'],
    ...programs.map(({ id, pid, port: own, state, restarts }) => [
      id,
      cell(pid),
      cell(own),
      state,
      id === 'main' ? cell(tests) : '',
      cell(restarts),
    ]),
    ...processes.map(({ id, pid, port: own, status, sessions, restarts }) => [
      id,
      cell(pid),
      cell(own),
      status,
      cell(sessions),
      cell(restarts),
    ]),
  ];
  const whole = `Rowhouse ${health.version} on port ${port}: ${health.status}, up for ${duration(health.uptimeS)}`;
  return [whole, ...table(rows)];
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';

const cell = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : String(value);

/** Numbers to the right, words to the left. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((text, column) => (column === 0 || column === 3 ? text.padEnd(width(column)) : text.padStart(width(column))))
      .join('  ')
      .trimEnd(),
  );
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
