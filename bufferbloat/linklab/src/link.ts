import { LabError } from './errors.ts';

/** A full packet on the wire: 1500 bytes of IP and the 14 bytes of Ethernet header that the shaper counts too. */
export const FULL_PACKET_BYTES = 1514;
const LEAST_QUEUE_BYTES = 10 * FULL_PACKET_BYTES;
// Smart queues hold a flow to about 5 ms and bear with a burst; a queue that only drops its tail stands in between.
const FAIR_QUEUE_MS = 10;
const LEAST_FAIR_QUEUE_BYTES = 6 * FULL_PACKET_BYTES;
const MOST_FAIR_PORTS = 64;

/** One direction of a link. Give the queue as time or as bytes; without either it is 100 ms. */
export interface DirectionSpec {
  /** Megabits per second, Ethernet headers included; 0.1 to 10,000. */
  readonly rateMbps: number;
  /** Time that a full queue takes to drain, in milliseconds. */
  readonly queueMs?: number;
  /** Bytes that the queue holds; wins over `queueMs`. */
  readonly queueBytes?: number;
}

export interface LinkSpec {
  /** Server to client. */
  readonly down: DirectionSpec;
  /** Client to server. */
  readonly up: DirectionSpec;
  /** Round trip of the empty link in milliseconds, half of it in each direction; 0 to 2000, default 0. */
  readonly baseRttMs?: number;
  /**
   * Server ports whose traffic, TCP and UDP alike, has a short queue of its own and a fair share of either direction, as
   * every user has behind a router with smart queues; everything else shares one more. Absent: one queue for all.
   */
  readonly fairPorts?: readonly number[];
}

/** What the queue of a direction holds, in bytes: never less than ten full packets. */
export function queueLimitBytes(direction: DirectionSpec): number {
  const asked = direction.queueBytes ?? (direction.rateMbps * 1e6 * (direction.queueMs ?? 100)) / 8000;
  return Math.max(LEAST_QUEUE_BYTES, Math.round(asked));
}

/** What each queue of a direction with fair sharing holds, in bytes. */
export function fairQueueLimitBytes(direction: DirectionSpec): number {
  return Math.max(LEAST_FAIR_QUEUE_BYTES, Math.round((direction.rateMbps * 1e6 * FAIR_QUEUE_MS) / 8000));
}

/** Time that a full queue takes to drain, in milliseconds. */
export function fullQueueMs(direction: DirectionSpec): number {
  return (queueLimitBytes(direction) * 8) / (direction.rateMbps * 1000);
}

/** Time that `bytes` take at the direction's rate, in milliseconds. */
export function wireTimeMs(direction: DirectionSpec, bytes: number = FULL_PACKET_BYTES): number {
  return (bytes * 8) / (direction.rateMbps * 1000);
}

/**
 * Reads a link as a person writes it: a rate and a queue per direction, `20mbit/200ms`, `500kbit/30ms` or
 * `100mbit/64kb`, and a base round trip, `20ms`. Throws a `LabError` (`bad-link`) that quotes the value.
 */
export function parseLink(text: { readonly down: string; readonly up: string; readonly rtt?: string }): LinkSpec {
  const spec = { down: parseDirection('down', text.down), up: parseDirection('up', text.up) };
  if (text.rtt === undefined) return checkLink(spec);
  return checkLink({ ...spec, baseRttMs: parseQuantity('rtt', text.rtt, text.rtt, MILLISECONDS) });
}

/** Returns the link unchanged, or throws a `LabError` (`bad-link`) that names what cannot be built. */
export function checkLink(spec: LinkSpec): LinkSpec {
  for (const [name, direction] of [
    ['down', spec.down],
    ['up', spec.up],
  ] as const) {
    inRange(`${name} rate`, direction.rateMbps, 0.1, 10_000, 'Mbit/s');
    if (direction.queueMs !== undefined) inRange(`${name} queue`, direction.queueMs, 0, 10_000, 'ms');
    if (direction.queueBytes !== undefined) inRange(`${name} queue`, direction.queueBytes, 0, 2 ** 30, 'bytes');
  }
  inRange('rtt', spec.baseRttMs ?? 0, 0, 2000, 'ms');
  if (spec.fairPorts !== undefined) inRange('fair ports', spec.fairPorts.length, 1, MOST_FAIR_PORTS, 'ports');
  for (const port of spec.fairPorts ?? []) inRange('fair port', port, 1, 65_535, 'as ports are');
  return spec;
}

const MEGABITS: Readonly<Record<string, number>> = { kbit: 1e-3, mbit: 1, gbit: 1e3 };
const MILLISECONDS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3 };
const BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6 };

function parseDirection(name: string, text: string): DirectionSpec {
  const [rate, queue, ...rest] = text.split('/');
  if (rate === undefined || queue === undefined || rest.length > 0) {
    throw new LabError('bad-link', `${name}: "${text}" is not RATE/QUEUE, such as 20mbit/200ms or 100mbit/64kb`);
  }
  const rateMbps = parseQuantity(name, text, rate, MEGABITS);
  return /b$/i.test(queue)
    ? { rateMbps, queueBytes: parseQuantity(name, text, queue, BYTES) }
    : { rateMbps, queueMs: parseQuantity(name, text, queue, MILLISECONDS) };
}

function parseQuantity(name: string, whole: string, part: string, units: Readonly<Record<string, number>>): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(part.trim().toLowerCase()) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  if (digits === undefined || factor === undefined) {
    const wanted = Object.keys(units).join(', ');
    throw new LabError('bad-link', `${name}: "${part}" in "${whole}" is not a number with one of the units ${wanted}`);
  }
  return Number(digits) * factor;
}

function inRange(name: string, value: number, least: number, most: number, unit: string): void {
  if (value >= least && value <= most) return;
  throw new LabError('bad-link', `${name}: ${value} is not between ${least} and ${most} ${unit}`);
}
