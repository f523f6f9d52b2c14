import * as z from 'zod';
import '../zod-settings.ts';

/** Seen from the visitor: `download` is what the server sends. */
const flow = z.enum(['download', 'upload']);
/** Mbit/s of whole messages (header included), without the framing of WebSocket, TCP and IP. */
const mbps = z.number().positive().max(10_000);
const perS = z.number().positive().max(500);

/** State of a game, a sensor: one message each tick; a tick that cannot leave in time is dropped. */
const ticks = z.object({
  kind: z.literal('ticks'),
  flow,
  mbps,
  perS,
  /** Later than this beyond the quiet line is too late to be used, in milliseconds. */
  lateMs: z.number().positive(),
});
/** Speech: small packets at an even pace, the share that comes after play-out is lost. */
const audio = z.object({ kind: z.literal('audio'), flow, mbps, perS });
/** Live video: one message a frame; every `keyFrameEveryS` one is `keyFrameRatio` times as large as those between. */
const video = z.object({
  kind: z.literal('video'),
  flow,
  mbps,
  perS,
  keyFrameEveryS: z.number().positive(),
  keyFrameRatio: z.number().min(1).max(20),
});
/** A stored film: bursts of `onMs` at `mbps`, each one segment that plays for `onMs + offMs`. */
const segments = z.object({
  kind: z.literal('segments'),
  flow: z.literal('download'),
  mbps,
  onMs: z.number().int().positive(),
  offMs: z.number().int().positive(),
  /** Sizes of a segment by quality, as shares of the full one; the first is 1, each is smaller than the one before. */
  qualities: z.array(z.number().positive().max(1)).min(1),
});
/** As much as the rate says, for ever; nothing is late, what cannot leave is sent less. */
const bulk = z.object({
  kind: z.literal('bulk'),
  flow,
  mbps,
  /** Grows in adaptive mode until the line is full or this is reached, in Mbit/s; absent: never grows. */
  adaptiveToMbps: mbps.optional(),
});

/** One flow of an application in one direction. Its place in the profile's list is its number on the wire. */
export const trafficStreamSchema = z.discriminatedUnion('kind', [ticks, audio, video, segments, bulk]);
export type TrafficStream = z.infer<typeof trafficStreamSchema>;
export type UnitStream = Extract<TrafficStream, { kind: 'ticks' | 'audio' | 'video' }>;
export type SegmentStream = Extract<TrafficStream, { kind: 'segments' }>;
export type BulkStream = Extract<TrafficStream, { kind: 'bulk' }>;

/** Everything there is to know about a user type; adding one is adding such an entry (requirement B8). */
export const userProfileSchema = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and dashes, at most 32'),
  name: z.string().min(1).max(40),
  /** Two or three words for a card: "Online game". */
  activity: z.string().min(1).max(60),
  /** One sentence. */
  description: z.string().min(1).max(300),
  icon: z.enum(['game', 'call', 'film', 'computer', 'camera', 'device']),
  /** Port of its first process; further instances and types without one take ports from 8010 up. */
  port: z.number().int().min(1).max(65_535).optional(),
  /** Mean of what it wants in each direction, in Mbit/s. */
  downloadMbps: z.number().min(0),
  uploadMbps: z.number().min(0),
  pattern: z.enum(['constant', 'bidirectional', 'burst', 'continuous']),
  /** Weight beside the other user types, for the memory and processor time of its process. */
  resourceShare: z.number().positive(),
  priority: z.enum(['low-latency', 'normal', 'background']),
  streams: z.array(trafficStreamSchema).min(1).max(8),
  /** In whose terms the verdict is given. */
  verdict: z.enum(['game', 'call', 'streaming', 'bulk', 'live']),
  /** Named rates of its bulk streams in download direction, in Mbit/s. */
  variants: z.record(z.string(), z.number().positive()).optional(),
});
export type UserProfile = z.infer<typeof userProfileSchema>;
