import type { ConductorState, Recording } from '@rowhouse/bufferbloat-engine';
import type { TelemetryTick, Ticket } from '@rowhouse/bufferbloat-protocol';
import { unixNowMs } from './clock.ts';
import type { ProbeReport } from './probe-messages.ts';
import type { Rates } from './rates.ts';

/** Puts together what was seen, with the server's times mapped to our clock. */
export function recordingOf(
  ticket: Ticket,
  state: ConductorState,
  rates: Rates,
  ticks: readonly TelemetryTick[],
  report: ProbeReport,
): Recording {
  const { startedAtMs } = state;
  const toClientMs = (serverMs: number): number => serverMs - (report.offsetMs ?? 0);
  return {
    id: ticket.id,
    startedAtMs,
    endedAtMs: unixNowMs(),
    spans: state.spans,
    probes: { udp: report.udp, websocket: report.websocket },
    unavailable: {
      udp: report.udpUnavailable,
      'tcp-info': ticket.server.tcpInfo ? undefined : 'the server cannot read TCP_INFO',
    },
    download: rates.downloads,
    upload: ticks.flatMap(({ upload }) => upload.map(([serverMs, bytes]) => ({ atMs: toClientMs(serverMs), bytes }))),
    tcp: ticks.flatMap(({ timeMs, tcp }) => (tcp ? [{ atMs: toClientMs(timeMs), sample: tcp }] : [])),
    server: ticket.server,
    gaps: report.gaps.map((gap) => ({
      ...gap,
      fromMs: Math.max(0, gap.fromMs - startedAtMs),
      toMs: Math.max(0, gap.toMs - startedAtMs),
    })),
    conditions: {
      hiddenMs: 0,
      clientLateMs: report.lateMs,
      serverLoopDelayMs: ticks.map(({ timeMs, loopDelayMs }) => ({ atMs: toClientMs(timeMs), ...loopDelayMs })),
      drainTimedOut: state.drainTimedOut,
    },
  };
}
