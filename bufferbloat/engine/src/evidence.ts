import type { AddedLatency, ConfidenceReason, Throughput } from '@rowhouse/bufferbloat-protocol';
import type { Recording } from './recording.ts';
import type { Signals } from './signals.ts';
import type { PerDirection, PerWindow, WindowSamples, Windows } from './windows.ts';

/** What the confidence is judged by. */
export interface Evidence {
  readonly recording: Recording;
  readonly windows: Windows;
  readonly signals: Signals;
  /** The windows of the graded signal. */
  readonly graded: PerWindow<WindowSamples>;
  readonly addedLatencyMs: PerDirection<AddedLatency>;
  readonly throughputMbps: { readonly download: Throughput; readonly upload: Throughput };
  readonly bidirectional: { readonly download: Throughput; readonly upload: Throughput };
}

/** Something that takes trust from a result, and down to which level. */
export interface Finding extends ConfidenceReason {
  readonly level: 'medium' | 'low';
}
