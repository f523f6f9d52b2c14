import * as z from 'zod';
import '../zod-settings.ts';
import { userProfileSchema } from './profile.ts';

/** Where each endpoint of a user process lives; on the main server the session path discovers, passes on or serves itself. */
export const USER_PATHS = {
  /** Followed by `/{user_id}`. */
  session: '/ws/virtual-household',
  probe: '/ws/probe',
  ping: '/ping',
  health: '/health',
  stats: '/stats',
  metrics: '/metrics',
} as const;

/** On the main server. */
export const HOUSEHOLD_PATHS = {
  health: '/virtual-household/health',
  stats: '/virtual-household/stats',
  profiles: '/virtual-household/profiles',
  processHealth: '/virtual-household/process-health',
} as const;

/** Limits of a session in milliseconds (requirement B12). */
export const SESSION_TIMES = {
  inactiveMs: 30_000,
  longestMs: 5 * 60_000,
  /** How often the server pings. */
  pingEveryMs: 5_000,
  /** How often the server reports. */
  reportEveryMs: 1_000,
} as const;

/** What a client may say (text messages). */
export const sessionRequestSchema = z.discriminatedUnion('type', [
  /** Begins the traffic in both directions; once a connection. */
  z.object({
    type: z.literal('start'),
    /** One of the profile's variants. */
    variant: z.string().max(32).optional(),
    /** Whether bulk grows until the line is full. Default: true. */
    adaptive: z.boolean().optional(),
    /** One way of the quiet line, in milliseconds: half of the baseline's least round trip. What is beyond is lateness. */
    baseOneWayMs: z.number().min(0).max(10_000),
  }),
  /** The quality that the player wants from the next segment on. */
  z.object({ type: z.literal('quality'), quality: z.number().int().min(0).max(15) }),
  /** Ends the traffic; answered by a last report and `stopped`. */
  z.object({ type: z.literal('stop') }),
]);
export type SessionRequest = z.infer<typeof sessionRequestSchema>;

/** What one stream's sender did since the traffic began. */
export const senderCountsSchema = z.object({
  stream: z.number().int(),
  /** Messages that were due. */
  due: z.number().int(),
  sent: z.number().int(),
  /** Not sent because they would have been late. */
  dropped: z.number().int(),
  bytes: z.number(),
});
export type SenderCounts = z.infer<typeof senderCountsSchema>;

/** One message as it arrived: `[stream, sequence, lateness in ms, bytes]`. */
export const arrivalSchema = z.tuple([z.number().int(), z.number().int(), z.number(), z.number().int()]);
export type Arrival = z.infer<typeof arrivalSchema>;

/** One step of adaptive bulk. */
export const adaptiveStepSchema = z.object({
  /** Unix milliseconds of the server's clock at the end of the round. */
  atMs: z.number(),
  offeredMbps: z.number(),
  arrivedMbps: z.number(),
  /** What the offer was found to be. */
  state: z.enum(['growing', 'line-full', 'limit', 'fixed']),
});
export type AdaptiveStep = z.infer<typeof adaptiveStepSchema>;

/** What the server says (text messages). */
export const sessionMessageSchema = z.discriminatedUnion('type', [
  /** First of all. */
  z.object({
    type: z.literal('hello'),
    sessionId: z.string(),
    userId: z.string(),
    /** `simple_multiprocess`: this user type has a process of its own; `single_process`: the main server stands in. */
    architecture: z.enum(['simple_multiprocess', 'single_process']),
    instance: z.number().int(),
    /** Passed on by the main server. */
    forwarded: z.boolean(),
    timeMs: z.number(),
    profile: userProfileSchema,
    server: z.object({ congestionControl: z.string(), tcpInfo: z.boolean() }),
  }),
  /** Traffic begins: the grid of every stream counts from here. */
  z.object({ type: z.literal('started'), startMs: z.number() }),
  /** Every second while there is traffic, and once more after `stop`. */
  z.object({
    type: z.literal('report'),
    timeMs: z.number(),
    /** The server's own streams. */
    sent: z.array(senderCountsSchema),
    /** Messages of the client's ticks, audio and video that arrived since the report before. */
    arrivals: z.array(arrivalSchema),
    /** Bytes of the client's messages that arrived since the traffic began, by stream: `[stream, bytes]`. */
    receivedBytes: z.array(z.tuple([z.number().int(), z.number()])),
    /** The rounds of adaptive bulk that ended since the report before. */
    adaptive: z.array(adaptiveStepSchema),
    /** Worst delay of the process's event loop since the report before, in milliseconds. */
    loopDelayMs: z.number(),
    /** Kernel's view of this connection. */
    tcp: z.object({ rttMs: z.number(), minRttMs: z.number(), retransmissions: z.number().int() }).optional(),
  }),
  z.object({ type: z.literal('stopped'), timeMs: z.number() }),
  /** The session is about to be closed, and why. */
  z.object({ type: z.literal('ended'), code: z.string(), message: z.string() }),
]);
export type SessionMessage = z.infer<typeof sessionMessageSchema>;
