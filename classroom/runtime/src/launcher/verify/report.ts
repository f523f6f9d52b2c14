import * as z from 'zod';

/** What python/attacks.py says at its end. */
export const reportSchema = z.object({
  /** Layer, what was tried, whether it came through (`null`: could not be tried), what was seen. */
  attempts: z.array(z.tuple([z.string(), z.string(), z.boolean().nullable(), z.string()])),
  groups: z
    .object({
      placed: z.boolean(),
      processes: z.number(),
      heldMib: z.number(),
      shareOfHost: z.number(),
      killed: z.boolean(),
    })
    .nullable(),
});
export type AttackReport = z.infer<typeof reportSchema>;

export const placeSchema = z.object({ place: z.object({ pid: z.int().min(2), spare: z.int().min(1) }) });

/** What the launcher itself saw while the room attacked. */
export interface Witnessed {
  /** The room's datagram came to a socket of the machine. */
  readonly datagramArrived: boolean;
  /** The cgroup reported that it ended something for want of memory. */
  readonly oomKilled: boolean;
}
