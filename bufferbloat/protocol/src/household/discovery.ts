import * as z from 'zod';
import '../zod-settings.ts';
import { userProfileSchema } from './profile.ts';

/** Answer to `GET /ws/virtual-household/{user_id}` on the main server; the first six fields are those of the documents. */
export const discoverySchema = z.object({
  /** Whether another port than the one asked serves this user. */
  redirect: z.boolean(),
  /** Where to open the session, its token included. */
  websocket_url: z.string(),
  port: z.number().int(),
  user_id: z.string(),
  architecture: z.enum(['simple_multiprocess', 'single_process']),
  process_isolation: z.boolean(),
  /** Which of the type's processes. */
  instance: z.number().int(),
  /** Latency probes of the same process: same messages as on the ping server. */
  probe_url: z.string(),
  /** Whether `probe_url` also sets up a data channel. */
  udp: z.boolean(),
  /** Why it is not served by a process of its own, for people. */
  reason: z.string().optional(),
});
export type Discovery = z.infer<typeof discoverySchema>;

/** Answer to `GET /virtual-household/profiles`. */
export const profilesSchema = z.object({ profiles: z.array(userProfileSchema) });
export type Profiles = z.infer<typeof profilesSchema>;
