import { type DirectionSpec, FULL_PACKET_BYTES, fairQueueLimitBytes, type LinkSpec, queueLimitBytes } from './link.ts';
import { ROUTER_INTERFACES } from './router-interfaces.ts';

/** Lines for `tc -batch` in the router: rate and queues of both directions. */
export function shapingLines(spec: LinkSpec): string[] {
  const { toClient, toServer } = ROUTER_INTERFACES;
  const { fairPorts } = spec;
  if (fairPorts === undefined) return [oneQueue(toClient.name, spec.down), oneQueue(toServer.name, spec.up)];
  return [
    ...queuesByPort(toClient.name, spec.down, fairPorts, 'sport'),
    ...queuesByPort(toServer.name, spec.up, fairPorts, 'dport'),
  ];
}

/**
 * Tokens for one millisecond and at least one packet: enough that a late timer costs no rate, too little to hide a
 * queue.
 */
export function burstBytes(rateMbps: number): number {
  return Math.max(FULL_PACKET_BYTES, Math.round(rateMbps * 125));
}

function oneQueue(device: string, direction: DirectionSpec): string {
  return (
    `qdisc add dev ${device} root tbf rate ${bitsPerSecond(direction.rateMbps)} burst ${burstBytes(direction.rateMbps)}b ` +
    `limit ${queueLimitBytes(direction)}b`
  );
}

const ROOT_CLASS = '1:1';
const DEFAULT_CLASS = 2;
const FIRST_PORT_CLASS = 16;

/** One class a port and one for everything else: each is sure of an equal share and may have all that the others leave. */
function queuesByPort(
  device: string,
  direction: DirectionSpec,
  ports: readonly number[],
  match: 'sport' | 'dport',
): string[] {
  const { rateMbps } = direction;
  const shareMbps = rateMbps / (ports.length + 1);
  const ceiling = `ceil ${bitsPerSecond(rateMbps)} cburst ${burstBytes(rateMbps)}b`;
  // Equal quanta of one packet: what nobody is sure of goes round packet by packet.
  const addClass = (parent: string, id: number | string, mbps: number) =>
    `class add dev ${device} parent ${parent} classid ${id} htb rate ${bitsPerSecond(mbps)} ` +
    `burst ${burstBytes(mbps)}b ${ceiling} quantum ${FULL_PACKET_BYTES}`;
  const addQueue = (id: number) => [
    addClass(ROOT_CLASS, classId(id), shareMbps),
    `qdisc add dev ${device} parent ${classId(id)} bfifo limit ${fairQueueLimitBytes(direction)}`,
  ];
  return [
    `qdisc add dev ${device} root handle 1: htb default ${DEFAULT_CLASS.toString(16)}`,
    addClass('1:', ROOT_CLASS, rateMbps),
    ...addQueue(DEFAULT_CLASS),
    ...ports.flatMap((port, index) => [
      ...addQueue(FIRST_PORT_CLASS + index),
      // The ports of TCP and of UDP are in the same place.
      `filter add dev ${device} parent 1: protocol ip prio 1 u32 match ip ${match} ${port} 0xffff ` +
        `flowid ${classId(FIRST_PORT_CLASS + index)}`,
    ]),
  ];
}

function classId(id: number): string {
  return `1:${id.toString(16)}`;
}

function bitsPerSecond(mbps: number): string {
  return `${Math.round(mbps * 1e6)}bit`;
}
