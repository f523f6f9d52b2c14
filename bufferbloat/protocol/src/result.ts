import * as z from 'zod';
import './zod-settings.ts';
import { serverTcpSchema } from './ticket.ts';

/** Version of the result below; a field that changes its meaning changes this. */
export const RESULT_SCHEMA = 'rowhouse.bufferbloat.result/1';

export const gradeSchema = z.enum(['A+', 'A', 'B', 'C', 'D', 'F']);
export type Grade = z.infer<typeof gradeSchema>;

export const phaseIdSchema = z.enum([
  'baseline',
  'download-warmup',
  'download',
  'upload-warmup',
  'upload',
  'bidirectional',
]);
export type PhaseId = z.infer<typeof phaseIdSchema>;

export const directionSchema = z.enum(['download', 'upload', 'bidirectional']);
export type Direction = z.infer<typeof directionSchema>;

/** How a round trip was measured: UDP data channel, WebSocket, or the kernel's own estimate inside the load connections. */
export const signalSchema = z.enum(['udp', 'websocket', 'tcp-info']);
export type Signal = z.infer<typeof signalSchema>;

/** Round trips of one window, in milliseconds; `null` where there was no sample. Censored samples count at their age. */
export const latencySummarySchema = z.object({
  /** Samples that the figures below stand on (answered and censored). */
  count: z.number().int(),
  /** Probes that never came back although later ones did, or nothing came within 3 s. */
  lost: z.number().int(),
  min: z.number().nullable(),
  mean: z.number().nullable(),
  p5: z.number().nullable(),
  p25: z.number().nullable(),
  p50: z.number().nullable(),
  p75: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
});
export type LatencySummary = z.infer<typeof latencySummarySchema>;

const perWindow = <T extends z.ZodType>(of: T) =>
  z.object({ baseline: of, download: of, upload: of, bidirectional: of });
const perDirection = <T extends z.ZodType>(of: T) => z.object({ download: of, upload: of, bidirectional: of });

/** Latency under load minus the baseline's median, in milliseconds. */
export const addedLatencySchema = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  /** 95 % interval of `p50`. */
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
  /** The grades that the ends of the interval stand for, best first; both the same away from a boundary. */
  grades: z.object({ best: gradeSchema, worst: gradeSchema }).nullable(),
});
export type AddedLatency = z.infer<typeof addedLatencySchema>;

/** Goodput (application bytes that arrived) in Mbit/s over a graded window. */
export const throughputSchema = z.object({
  mean: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
});
export type Throughput = z.infer<typeof throughputSchema>;

export const confidenceReasonSchema = z.object({
  /** Stable, for programs; docs/method.md lists them. */
  code: z.enum([
    'tab-hidden',
    'browser-busy',
    'server-busy',
    'congestion-control',
    'few-samples',
    'line-not-filled',
    'tcp-probes-on-lossy-line',
    'gap',
    'queue-not-drained',
    'near-boundary',
  ]),
  /** One sentence for people, with the figure that gave rise to it. */
  message: z.string(),
});
export type ConfidenceReason = z.infer<typeof confidenceReasonSchema>;

export const confidenceSchema = z.object({
  level: z.enum(['high', 'medium', 'low']),
  reasons: z.array(confidenceReasonSchema),
});
export type Confidence = z.infer<typeof confidenceSchema>;

/** One phase as it really ran, in milliseconds since `startedAt`. */
export const phaseSpanSchema = z.object({
  id: phaseIdSchema,
  startMs: z.number(),
  endMs: z.number(),
  /** The window that is graded: samples *sent* in it count. `null` in warm-ups. */
  graded: z.object({ fromMs: z.number(), toMs: z.number() }).nullable(),
});
export type PhaseSpan = z.infer<typeof phaseSpanSchema>;

/** One probe; times in milliseconds since `startedAt`. */
export const latencySampleSchema = z.object({
  signal: z.enum(['udp', 'websocket']),
  sentMs: z.number(),
  /** Round trip; for a censored sample its age when the wait ended; `null` for a lost one. */
  rttMs: z.number().nullable(),
  outcome: z.enum(['ok', 'lost', 'censored']),
});
export type LatencySample = z.infer<typeof latencySampleSchema>;

/** A stretch in which a signal could not be measured; nothing is put in its place. */
export const gapSchema = z.object({
  signal: signalSchema,
  fromMs: z.number(),
  toMs: z.number(),
  reason: z.string(),
});
export type Gap = z.infer<typeof gapSchema>;

/** Bytes counted where they arrived, summed over one interval that ends at `atMs` (milliseconds since `startedAt`). */
export const byteSampleSchema = z.object({
  direction: z.enum(['download', 'upload']),
  atMs: z.number(),
  intervalMs: z.number(),
  bytes: z.number(),
});
export type ByteSample = z.infer<typeof byteSampleSchema>;

/** In-flow round trip of the download connections. */
export const inFlowSampleSchema = z.object({ atMs: z.number(), rttMs: z.number() });
export type InFlowSample = z.infer<typeof inFlowSampleSchema>;

/** What "Download JSON" saves. Documented in docs/result.md. */
export const resultSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  id: z.string(),
  /** ISO 8601, UTC. Every time below is relative to it. */
  startedAt: z.string(),
  durationMs: z.number(),
  mode: z.literal('single'),
  grade: z.object({ total: gradeSchema.nullable(), ...perDirection(gradeSchema.nullable()).shape }),
  latencyMs: perWindow(latencySummarySchema),
  addedLatencyMs: perDirection(addedLatencySchema),
  throughputMbps: z.object({ download: throughputSchema, upload: throughputSchema }),
  bidirectional: z.object({ download: throughputSchema, upload: throughputSchema }),
  confidence: confidenceSchema,
  signal: z.object({
    /** The signal that the grade stands on: the first of the three that worked. */
    graded: signalSchema.nullable(),
    /** The same summaries from every signal that worked, side by side. */
    latencyMs: z.object({
      udp: perWindow(latencySummarySchema).optional(),
      websocket: perWindow(latencySummarySchema).optional(),
      'tcp-info': z.object({ download: latencySummarySchema, bidirectional: latencySummarySchema }).optional(),
    }),
    /** Why a signal is missing, by signal. */
    unavailable: z.object({
      udp: z.string().optional(),
      websocket: z.string().optional(),
      'tcp-info': z.string().optional(),
    }),
  }),
  server: serverTcpSchema,
  phases: z.array(phaseSpanSchema),
  gaps: z.array(gapSchema),
  samples: z.object({
    latency: z.array(latencySampleSchema),
    bytes: z.array(byteSampleSchema),
    inFlow: z.array(inFlowSampleSchema),
  }),
});
export type Result = z.infer<typeof resultSchema>;
