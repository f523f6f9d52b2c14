import { systemStatsSchema } from '@rowhouse/classroom-protocol';
import { isolationSummary } from '../launch/isolation.ts';
import { demoPeople } from '../demo/people.ts';
import * as z from 'zod';
import type { OperatorClient } from './operator-client.ts';

const figuresSchema = systemStatsSchema.extend({ demo: z.boolean() });

/** What runs, how full it is and what should be done, as lines for a terminal. */
export async function statusLines(operator: OperatorClient): Promise<readonly string[]> {
  const stats = figuresSchema.parse(await operator.get('/figures'));
  const { users, threads, system, processes, database, file_system: files } = stats;
  return [
    `Rowhouse classroom: ${stats.status}, up for ${stats.uptime_hours.toFixed(1)} hours`,
    `  people      ${users.active_count} of ${users.max_allowed}`,
    `  running     ${processes.scripts} scripts, ${processes.repls} REPLs, ${processes.file_operations} file operations; ${stats.queue_length} wait, ${processes.abandoned} abandoned`,
    `  rooms       ${threads.memory_usage_mb} MB`,
    `  machine     ${system.cpu_percent} % of the processors, ${system.memory_percent} % of the memory`,
    `  database    ${database.status}: ${database.message}`,
    `  files       ${files.status}: ${files.message}`,
    `  rooms' walls  ${isolationSummary(stats.isolation)}`,
    `  Python      ${stats.python ?? 'none'}`,
    ...(stats.demo ? demoPeople().map((line) => `  ${line}`) : []),
    ...stats.recommendations.map((line) => `  → ${line}`),
  ];
}
