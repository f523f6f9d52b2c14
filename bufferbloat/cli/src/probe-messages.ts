import type { Gap } from '@rowhouse/bufferbloat-protocol';
import type { ProbeRate, ProbeSample } from '@rowhouse/bufferbloat-engine';

/** What the thread that probes is told. */
export type ToProbes =
  | { readonly type: 'rate'; readonly rate: ProbeRate }
  /** Wait for what is in flight, report, end. */
  | { readonly type: 'finish' }
  /** End at once. */
  | { readonly type: 'abort' };

/** What it is started with. */
export interface ProbeSettings {
  /** Of `/ws/probe`, with the token. */
  readonly url: string;
  readonly udp: boolean;
}

/** All that it saw. Times are Unix milliseconds. */
export interface ProbeReport {
  readonly udp: readonly ProbeSample[];
  readonly websocket: readonly ProbeSample[];
  readonly gaps: readonly Gap[];
  readonly udpUnavailable: string | undefined;
  /** The server's clock minus ours. */
  readonly offsetMs: number | undefined;
  /** How late each timer fired. */
  readonly lateMs: readonly number[];
}

/** What it says. */
export type FromProbes =
  /** Probes can be sent; UDP has been tried. */
  | { readonly type: 'ready' }
  | { readonly type: 'udp'; readonly available: boolean }
  /** A reply of the signal in use. */
  | { readonly type: 'probe'; readonly sentMs: number; readonly rttMs: number }
  /** The probe connection could not be opened at all. */
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'report'; readonly report: ProbeReport };
