import { UDP_PROBE_WIRE_BYTES, WEBSOCKET_PROBE_WIRE_BYTES } from '@rowhouse/bufferbloat-protocol';

/** Probes a second, by signal; 0 means none. */
export interface ProbeRate {
  readonly udpPerS: number;
  readonly websocketPerS: number;
}

/** Share of the line that probes may take, all signals together. */
export const PROBE_SHARE = 0.01;
/** Most probes a second of the signal that is graded. */
const MAX_PER_S = 50;
/** UDP gives up what it has above this so that the WebSocket has two a second beside it. */
const UDP_FIRST_PER_S = 10;
const BESIDE_PER_S = 2;
/** Most probes a second of the WebSocket while UDP works: it stands beside, and takes over should UDP end. */
const MAX_BESIDE_PER_S = 20;

const UDP_BITS = UDP_PROBE_WIRE_BYTES * 8;
const WEBSOCKET_BITS = WEBSOCKET_PROBE_WIRE_BYTES * 8;

/** An idle line whose rate is not known yet: the baseline. */
export const IDLE_RATE: ProbeRate = { udpPerS: 20, websocketPerS: 10 };
/** A direction that has just been loaded and whose rate is not known yet. */
export const UNKNOWN_RATE: ProbeRate = { udpPerS: 10, websocketPerS: 2 };
export const NO_PROBES: ProbeRate = { udpPerS: 0, websocketPerS: 0 };

/**
 * How fast to probe a line of `lineMbps`, the slower of its directions that are known: together at most 1 % of it. UDP
 * is served first, up to 50 a second; the WebSocket takes what is left, 2 to 20, none on the slowest lines. Below
 * 0.9 Mbit/s even 10 UDP probes are more than 1 %, and the 1 % holds; one a second is always sent, or nothing would be
 * measured.
 */
export function probeRateFor(lineMbps: number): ProbeRate {
  const budgetBitsPerS = Math.max(0, lineMbps) * 1e6 * PROBE_SHARE;
  const aloneUdpPerS = budgetBitsPerS / UDP_BITS;
  const besideUdpPerS = (budgetBitsPerS - BESIDE_PER_S * WEBSOCKET_BITS) / UDP_BITS;
  const udpPerS = wholePerS(Math.max(besideUdpPerS, Math.min(UDP_FIRST_PER_S, aloneUdpPerS)), 1, MAX_PER_S);
  const leftBitsPerS = budgetBitsPerS - udpPerS * UDP_BITS;
  return { udpPerS, websocketPerS: wholePerS(leftBitsPerS / WEBSOCKET_BITS, 0, MAX_BESIDE_PER_S) };
}

/** The same where UDP cannot be had: the WebSocket gets what both had, in bytes. */
export function withoutUdp(rate: ProbeRate): ProbeRate {
  const bitsPerS = rate.udpPerS * UDP_BITS + rate.websocketPerS * WEBSOCKET_BITS;
  return { udpPerS: 0, websocketPerS: bitsPerS === 0 ? 0 : wholePerS(bitsPerS / WEBSOCKET_BITS, 1, MAX_PER_S) };
}

/** Whole probes a second, so that a rate that wavers does not restart the schedule at every report. */
function wholePerS(perS: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(perS)));
}
