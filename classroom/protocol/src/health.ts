import * as z from 'zod';
import { layersSchema } from './isolation.ts';

const state = z.object({ status: z.enum(['healthy', 'degraded', 'unavailable']), message: z.string() });

/** `GET /health` (requirement C7, names as documented). */
export const healthSchema = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  uptime_hours: z.number(),
  users: z.object({ active_count: z.int(), max_allowed: z.int(), utilization_percent: z.number() }),
  /** Runs; the name is that of the documents. */
  threads: z.object({ total_active: z.int(), memory_usage_mb: z.number() }),
  system: z.object({ cpu_percent: z.number(), memory_percent: z.number() }),
  architecture: z.object({ type: z.literal('process-per-user'), optimized_for: z.string() }),
  database: state,
  file_system: state,
  isolation: layersSchema,
  python: z.string().nullable(),
});
export type Health = z.infer<typeof healthSchema>;

/** `GET /system-stats`: the same with recommendations; for teachers and admins. */
export const systemStatsSchema = healthSchema.extend({
  recommendations: z.array(z.string()),
  queue_length: z.int(),
  processes: z.object({ scripts: z.int(), repls: z.int(), file_operations: z.int(), abandoned: z.int() }),
});
export type SystemStats = z.infer<typeof systemStatsSchema>;
