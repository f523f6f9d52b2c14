import * as z from 'zod';
import '../zod-settings.ts';
import { addedLatencySchema, confidenceSchema, gradeSchema, latencySummarySchema, RESULT_SCHEMA } from '../result.ts';
import { serverTcpSchema } from '../ticket.ts';
import { userProfileSchema } from './profile.ts';

const flow = z.enum(['download', 'upload']);
const gradeRangeSchema = z.object({ best: gradeSchema, worst: gradeSchema });
const perFlow = <T extends z.ZodType>(of: T) => z.object({ download: of, upload: of });

/** One stream over the time under load, counted where it arrived. */
export const streamResultSchema = z.object({
  /** Number of the stream in the profile. */
  stream: z.number().int(),
  kind: z.enum(['ticks', 'audio', 'video', 'segments', 'bulk']),
  flow,
  wantedMbps: z.number(),
  /** `null`: there was no connection with traffic. */
  deliveredMbps: z.number().nullable(),
  /** `null` for segments and bulk, which are never late. */
  messages: z
    .object({
      due: z.number().int(),
      /** Dropped by the sender, since they would have been late. */
      dropped: z.number().int(),
      arrived: z.number().int(),
      /** Arrived after their time: ticks by their profile's `lateMs`, audio after its play-out, video 150 ms late or more. */
      late: z.number().int(),
    })
    .nullable(),
  /**
   * How much later than on the quiet line messages arrived, counted from when the application wanted them to leave: the
   * sender's queue and the path's together. `null` for segments and bulk.
   */
  latenessMs: latencySummarySchema.nullable(),
  /** Interarrival jitter of RFC 3550 6.4.1 in milliseconds, the mean over the time under load; `null` likewise. */
  jitterMs: z.number().nullable(),
});
export type StreamResult = z.infer<typeof streamResultSchema>;

/** A call as one side heard and saw it. */
const callSideSchema = z.object({
  /** Mean opinion score of the sound, 1 to 4.5 (ITU-T G.107). */
  mos: z.number().nullable(),
  /** Rating factor R that it stands on. */
  r: z.number().nullable(),
  /** Share of the sound lost at play-out, 0 to 1: what was dropped and what came after its turn. */
  lostShare: z.number(),
  /** How long the play-out buffer had to wait, in milliseconds, the median. */
  playoutMs: z.number().nullable(),
  /** Seconds for which the picture stood still. */
  frozenS: z.number(),
  freezes: z.number().int(),
});

/** What the user would say, in the application's own terms; `grade` is by docs/method.md. */
export const verdictSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('game'),
    grade: gradeSchema.nullable(),
    /** Stretches in which the game stood or jumped for 100 ms or more. */
    lagSpikes: z.number().int(),
    lagSpikesPerMinute: z.number(),
    /** Seconds that the spikes lasted together. */
    lagS: z.number(),
    /** Share of ticks, both directions, that were late, 0 to 1; dropped ones are late. */
    lateShare: z.number(),
    lateTicks: z.number().int(),
  }),
  z.object({
    kind: z.literal('call'),
    grade: gradeSchema.nullable(),
    /** The worse of both sides. */
    mos: z.number().nullable(),
    frozenS: z.number(),
    /** `download`: what this user hears and sees; `upload`: what the others do. */
    sides: perFlow(callSideSchema.nullable()),
  }),
  z.object({
    kind: z.literal('streaming'),
    grade: gradeSchema.nullable(),
    /** From wanting to see until seeing; `null`: never. */
    startupMs: z.number().nullable(),
    stalls: z.number().int(),
    stallS: z.number(),
    /** Mean quality of the segments that came, 1 is full; `null`: none came. */
    qualityShare: z.number().nullable(),
    stepsDown: z.number().int(),
  }),
  z.object({
    kind: z.literal('bulk'),
    grade: gradeSchema.nullable(),
    achievedMbps: z.number(),
    /** Seconds under load in which next to nothing came. */
    standstillS: z.number(),
  }),
  z.object({
    kind: z.literal('live'),
    grade: gradeSchema.nullable(),
    frozenS: z.number(),
    freezes: z.number().int(),
    /** Share of messages that were late or dropped, 0 to 1. */
    lateShare: z.number(),
  }),
]);
export type Verdict = z.infer<typeof verdictSchema>;

export const userResultSchema = z.object({
  profile: userProfileSchema,
  variant: z.string().nullable(),
  /** By which process, the last one; `null`: it never connected. */
  served: z
    .object({
      architecture: z.enum(['simple_multiprocess', 'single_process']),
      port: z.number().int(),
      instance: z.number().int(),
      /** How often the connection was lost and made anew. */
      reconnects: z.number().int(),
    })
    .nullable(),
  /** What the path's latency was probed with; `null`: not at all. */
  signal: z.enum(['udp', 'websocket']).nullable(),
  /** The path's latency: probes of their own to the process that serves this user. */
  latencyMs: z.object({ baseline: latencySummarySchema, during: latencySummarySchema }),
  addedLatencyMs: addedLatencySchema,
  /** The application's lateness, sender's queue included, is in here, apart from the path's. */
  streams: z.array(streamResultSchema),
  wantedMbps: perFlow(z.number()),
  deliveredMbps: perFlow(z.number().nullable()),
  /** The lesser of delivered over wanted of both directions, 0 to 1; 0.98 and more count as 1. */
  deliveredShare: z.number().nullable(),
  /** `null`: nothing is known of the traffic. */
  verdict: verdictSchema.nullable(),
  grade: z.object({
    latency: gradeSchema.nullable(),
    application: gradeSchema.nullable(),
    total: gradeSchema.nullable(),
    /** What `total` would be at both ends of the latency's interval; both the same away from a boundary. */
    range: gradeRangeSchema.nullable(),
  }),
  /** 0 to 100, on the scale of the grades (docs/method.md). */
  score: z.number().nullable(),
  /** Against this user's own quiet line: added latency (p50), and points of the application's score, 0 to 100. */
  impact: z.object({ addedLatencyMs: z.number().nullable(), qualityLost: z.number().nullable() }),
  /** One sentence for people: what happened to this user. */
  summary: z.string(),
});
export type UserResult = z.infer<typeof userResultSchema>;

/** A stretch in which one user's figures are missing, in milliseconds since `startedAt`; nothing is put in its place. */
export const userGapSchema = z.object({
  userId: z.string(),
  what: z.enum(['probes', 'traffic']),
  fromMs: z.number(),
  toMs: z.number(),
  reason: z.string(),
});
export type UserGap = z.infer<typeof userGapSchema>;

/** What "Download JSON" saves of a household test. Documented in docs/result.md. */
export const householdResultSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  id: z.string(),
  /** ISO 8601, UTC. Every time below is relative to it. */
  startedAt: z.string(),
  durationMs: z.number(),
  mode: z.literal('household'),
  /** `total` is the worst user's. */
  grade: z.object({ total: gradeSchema.nullable(), range: gradeRangeSchema.nullable() }),
  /** Mean of the users' scores, 0 to 100; `null` if one is missing. */
  score: z.number().nullable(),
  /** By id, in the order of the profiles. */
  users: z.record(z.string(), userResultSchema),
  household: z.object({
    fairness: z.object({
      /** Jain's index of delivered over wanted of all but the bulk users, 1/n to 1. */
      jain: z.number().nullable(),
      /** The user who got least of what they wanted. */
      lowest: z.object({ userId: z.string(), share: z.number() }).nullable(),
      /** What the others wanted and did not get while bulk had it, in Mbit/s; `null` without a bulk user. */
      takenByBulkMbps: z.number().nullable(),
    }),
    /** Share of a user's probes under load within 30 ms of the quiet line; the household's is the least. 0 to 1. */
    stability: z.number().nullable(),
    line: z.object({
      /** Whether bulk was held back by the line; `false`: the line carries at least what is said below. */
      filled: perFlow(z.boolean()),
      /** What arrived for all users together over a second: the median of the seconds in which bulk was held back. */
      goodputMbps: perFlow(z.number().nullable()),
      /** The same with the headers of WebSocket, TCP, IP and Ethernet: comparable with the rate of the line. */
      rateMbps: perFlow(z.number().nullable()),
    }),
    adaptive: z.object({
      enabled: z.boolean(),
      /** How its growth ended; `not-reached`: the test was over first. */
      end: z.enum(['line-full', 'limit', 'not-reached', 'off']),
      steps: z.array(
        z.object({
          userId: z.string(),
          atMs: z.number(),
          offeredMbps: z.number(),
          arrivedMbps: z.number(),
        }),
      ),
    }),
  }),
  confidence: confidenceSchema,
  server: serverTcpSchema,
  phases: z.array(z.object({ id: z.enum(['baseline', 'household']), startMs: z.number(), endMs: z.number() })),
  gaps: z.array(userGapSchema),
  samples: z.object({
    latency: z.array(
      z.object({
        userId: z.string(),
        signal: z.enum(['udp', 'websocket']),
        sentMs: z.number(),
        rttMs: z.number().nullable(),
        outcome: z.enum(['ok', 'lost', 'censored']),
      }),
    ),
    /** Bytes that arrived, summed over the interval that ends at `atMs`. */
    bytes: z.array(z.object({ userId: z.string(), flow, atMs: z.number(), intervalMs: z.number(), bytes: z.number() })),
    /** Ticks, audio and video, a second at a time. */
    lateness: z.array(
      z.object({
        userId: z.string(),
        stream: z.number().int(),
        /** Median and worst over the second that ends at `atMs`. */
        atMs: z.number(),
        p50: z.number().nullable(),
        max: z.number().nullable(),
        dropped: z.number().int(),
        late: z.number().int(),
      }),
    ),
  }),
});
export type HouseholdResult = z.infer<typeof householdResultSchema>;
