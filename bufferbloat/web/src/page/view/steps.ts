/** One phase of a test as the bar shows it. */
export interface BarStep {
  readonly id: string;
  readonly name: string;
  readonly durationMs: number;
  readonly status: 'done' | 'now' | 'next';
  /** 0 to 1: how much of it has run. */
  readonly fraction: number;
}
