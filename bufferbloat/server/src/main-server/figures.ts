import type { Metrics } from '@rowhouse/service';
import type { Guard, Refusal, RefusalCode } from '../guard/index.ts';
import type { Traffic } from '../load/index.ts';
import type { PingStats } from '../settings.ts';
import type { Tests } from '../telemetry/index.ts';
import type { Household } from './household/household.ts';

/** What the figures are read from. */
export interface FigureSources {
  readonly guard: Guard;
  readonly tests: Tests;
  readonly household: Household;
  readonly traffic: Traffic;
  readonly loopDelayMs: () => number;
  readonly ping: () => PingStats | undefined;
}

/** Answer of `/stats`. */
export interface Stats {
  readonly uptimeS: number;
  readonly tests: number;
  readonly connections: number;
  readonly loads: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Sent within the current day of the outgoing budget. */
  readonly outgoingBytes: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** Worst delay of the event loop since the last request for these figures, in milliseconds. */
  readonly loopDelayMs: number;
  readonly household: { readonly status: string; readonly sessions: number; readonly passedOn: number };
  /** `null` while the ping process does not answer. */
  readonly ping: PingStats | null;
}

/** Counters and gauges of the main process, once for `/stats` and once for `/metrics`. */
export interface Figures {
  refused(refusal: Refusal): void;
  stats(): Stats;
}

export function createFigures(metrics: Metrics, sources: FigureSources): Figures {
  const { guard, tests, traffic, household } = sources;
  const refusals = new Map<RefusalCode, number>();
  const countRefusal = metrics.counter('refusals_total', 'Requests that were refused.', 'code');
  metrics.read('gauge', 'tests', 'Running tests.', () => tests.active);
  metrics.read('gauge', 'connections', 'Open TCP connections.', () => guard.stats().connections);
  metrics.read('gauge', 'loads', 'Open downloads, uploads and bulk sockets.', () => guard.stats().loads);
  metrics.read('counter', 'load_sent_bytes_total', 'Bytes that loads handed to the network.', () => traffic.sentBytes);
  metrics.read('counter', 'load_received_bytes_total', 'Bytes that uploads received.', () => traffic.receivedBytes);
  const { byUser } = household.reports;
  metrics.readBy('gauge', 'household_sessions', 'Sessions of the user’s processes.', 'user', () => byUser('sessions'));
  metrics.readBy('gauge', 'household_capacity', 'Sessions that they may have.', 'user', () => byUser('capacity'));
  metrics.readBy('gauge', 'household_processes', 'Processes that answer.', 'user', () => byUser('healthy'));
  metrics.readBy('counter', 'household_opened_total', 'Sessions that were opened.', 'user', () => byUser('opened'));
  metrics.read('gauge', 'household_own_sessions', 'Sessions that the main server serves itself.', () =>
    household.reports.ownSessions(),
  );
  metrics.read('gauge', 'household_passed_on', 'Sessions passed on to a process.', () => household.passedOn());
  return {
    refused(refusal) {
      countRefusal(refusal.code);
      refusals.set(refusal.code, (refusals.get(refusal.code) ?? 0) + 1);
    },
    stats: () => ({
      uptimeS: process.uptime(),
      tests: tests.active,
      ...guard.stats(),
      ...traffic,
      refusals: Object.fromEntries(refusals),
      loopDelayMs: sources.loopDelayMs(),
      household: {
        status: household.reports.status(),
        sessions: household.reports.sessions(),
        passedOn: household.passedOn(),
      },
      ping: sources.ping() ?? null,
    }),
  };
}
