import type { Load } from '../guard/index.ts';
import type { Tcp } from '../tcp/index.ts';
import type { Test } from '../telemetry/index.ts';
import type { Pools } from './pools.ts';

/** What all load connections of this process have moved so far, for `/stats` and metrics. */
export interface Traffic {
  sentBytes: number;
  receivedBytes: number;
}

/** What every load connection works with. */
export interface LoadContext {
  readonly pools: Pools;
  readonly tcp: Tcp;
  readonly traffic: Traffic;
  /** How long a connection may make no progress, in milliseconds. */
  readonly stallMs: number;
}

/** One admitted load connection: its budget, and the test it belongs to (none without a token). */
export interface Admission {
  readonly load: Load;
  readonly test: Test | undefined;
  /** Behind a proxy: this end's connection leads to the proxy and tells nothing about the visitor's line. */
  readonly proxied: boolean;
}

/** Default of `LoadContext.stallMs`: on a line whose queue holds seconds, a flow may well get nothing for a while. */
export const STALL_MS = 10_000;
