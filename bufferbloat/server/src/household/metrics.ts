import type { Metrics } from '@rowhouse/service';
import type { UserProcessStats } from './stats.ts';

/** Registers what a user process says on `/metrics`. */
export function countSessions(
  metrics: Metrics,
  stats: () => UserProcessStats,
  websocketProbes: () => number,
  udpProbes: () => number,
): void {
  const gauge = (name: string, help: string, read: () => number) => metrics.read('gauge', name, help, read);
  const counter = (name: string, help: string, read: () => number) => metrics.read('counter', name, help, read);
  gauge('connections', 'Open TCP connections.', () => stats().connections);
  gauge('sessions', 'Open sessions.', () => stats().sessions.active);
  counter('sessions_total', 'Sessions opened.', () => stats().sessions.opened);
  counter('messages_sent_total', 'Messages of the streams sent.', () => stats().sessions.messages.sent);
  counter('messages_dropped_total', 'Messages dropped, late ones.', () => stats().sessions.messages.dropped);
  counter('sent_bytes_total', 'Bytes of messages sent.', () => stats().sessions.sentBytes);
  counter('received_bytes_total', 'Bytes of messages received.', () => stats().sessions.receivedBytes);
  gauge('probe_sockets', 'Open probe WebSockets.', () => stats().probes);
  gauge('probe_channels', 'Open probe data channels.', () => stats().channels);
  counter('websocket_probes_total', 'WebSocket probes answered.', websocketProbes);
  counter('udp_probes_total', 'UDP probes answered.', udpProbes);
  gauge('event_loop_delay_seconds', 'Worst delay within the last second.', () => stats().loopDelayMs / 1000);
}
