/** What one tick puts on the wire, with TCP/IP and WebSocket framing and its ten upload entries a second apart, in bits. */
const TICK_BITS = 3000;

/** The share of the line that telemetry may take: well inside the 1 % that goodput may be wrong by. */
const SHARE = 0.002;

/** How often to ask for ticks on a line of `rateMbps` towards the client, in whole milliseconds from 100 to 2000. */
export function telemetryIntervalMs(rateMbps: number): number {
  const intervalMs = rateMbps > 0 ? TICK_BITS / (SHARE * rateMbps * 1000) : 2000;
  return Math.round(Math.min(2000, Math.max(100, intervalMs)));
}
