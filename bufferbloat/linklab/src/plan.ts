import type { LinkSpec } from './link.ts';
import { namespaceName, type Place } from './names.ts';
import { ROUTER_INTERFACES } from './router-interfaces.ts';
import { shapingLines } from './shaping.ts';

/** Addresses are the same in every lab: its namespaces are connected to nothing else. */
export const ADDRESSES = { client: '10.77.0.2', server: '10.77.2.2' } as const;
const ROUTER = { client: '10.77.0.1', server: '10.77.2.1' } as const;
const TRANSIT = { router: '10.77.1.1', edge: '10.77.1.2' } as const;

/** The two ends of the delaying relay, as it creates them in the edge namespace. */
export const RELAY_INTERFACES = { edge: 'relay0', server: 'relay1' } as const;

/** One step of the set-up: lines for `ip -batch` or `tc -batch` in one namespace. */
export interface Step {
  readonly tool: 'ip' | 'tc';
  readonly place: Place;
  readonly lines: readonly string[];
}

export function places(spec: LinkSpec): Place[] {
  return hasRelay(spec) ? ['client', 'router', 'edge', 'server'] : ['client', 'router', 'server'];
}

export function hasRelay(spec: LinkSpec): boolean {
  return (spec.baseRttMs ?? 0) > 0;
}

/** Settings of every namespace, by path under /proc/sys. */
export const SYSCTLS: Readonly<Record<string, string>> = {
  // Neighbour and router discovery would add packets of their own to the queues.
  'net/ipv6/conf/default/disable_ipv6': '1',
  'net/ipv4/ip_forward': '1',
  // One connection must be able to fill the deepest queue (12 MB at 100 Mbit/s and 1 s) several times over.
  'net/ipv4/tcp_rmem': '4096 131072 134217728',
  'net/ipv4/tcp_wmem': '4096 65536 134217728',
  // A second run must not start from what the first one learned about the path.
  'net/ipv4/tcp_no_metrics_save': '1',
};

/** Steps that connect the namespaces; on a link with a relay, all but the relay's own leg. */
export function linkSteps(lab: string, spec: LinkSpec): Step[] {
  const far: Place = hasRelay(spec) ? 'edge' : 'server';
  const farAddress = hasRelay(spec) ? TRANSIT.edge : ADDRESSES.server;
  const nearAddress = hasRelay(spec) ? TRANSIT.router : ROUTER.server;
  const { toClient, toServer } = ROUTER_INTERFACES;
  return [
    {
      tool: 'ip',
      place: 'router',
      lines: [
        'link set lo up',
        veth(toClient, namespaceName(lab, 'client'), 1),
        veth(toServer, namespaceName(lab, far), 2),
        ...attach(toClient.name, ROUTER.client, ADDRESSES.client, MAC.end(1)),
        ...attach(toServer.name, nearAddress, farAddress, MAC.end(2)),
        ...(hasRelay(spec) ? [`route add 10.77.2.0/24 via ${farAddress}`] : []),
      ],
    },
    endStep('client', ADDRESSES.client, ROUTER.client, 1),
    endStep(far, farAddress, nearAddress, 2),
    { tool: 'tc', place: 'router', lines: shapingLines(spec) },
  ];
}

/** Steps that put the relay, once it runs, between the edge and the server. */
export function relaySteps(lab: string): Step[] {
  const server = namespaceName(lab, 'server');
  return [
    {
      tool: 'ip',
      place: 'edge',
      lines: [
        `link set ${RELAY_INTERFACES.server} netns ${server}`,
        `addr add ${ROUTER.server} peer ${ADDRESSES.server}/32 dev ${RELAY_INTERFACES.edge}`,
        `link set ${RELAY_INTERFACES.edge} txqueuelen 10000 up`,
      ],
    },
    {
      tool: 'ip',
      place: 'server',
      lines: [
        'link set lo up',
        `addr add ${ADDRESSES.server} peer ${ROUTER.server}/32 dev ${RELAY_INTERFACES.server}`,
        `link set ${RELAY_INTERFACES.server} txqueuelen 10000 gso_max_segs 1 up`,
        `route add default via ${ROUTER.server}`,
      ],
    },
  ];
}

const MAC = {
  router: (leg: number) => `02:00:00:00:0${leg}:01`,
  end: (leg: number) => `02:00:00:00:0${leg}:02`,
};

// One segment a buffer at both ends of the wire: without it the stack moves 64 KiB trains that the shaper sees as one packet.
const ONE_SEGMENT = 'gso_max_segs 1 gro_max_size 1514';

function veth(own: { readonly name: string; readonly index: number }, peerNamespace: string, leg: number): string {
  return (
    `link add name ${own.name} index ${own.index} address ${MAC.router(leg)} type veth ` +
    `peer name eth0 address ${MAC.end(leg)} netns ${peerNamespace}`
  );
}

/** The neighbour is fixed, so that no ARP exchange is ever stuck in a full queue. */
function attach(device: string, own: string, neighbour: string, neighbourMac: string): string[] {
  return [
    `link set ${device} ${ONE_SEGMENT} up`,
    `addr add ${own}/24 dev ${device}`,
    `neigh replace ${neighbour} lladdr ${neighbourMac} dev ${device} nud permanent`,
  ];
}

function endStep(place: Place, own: string, router: string, leg: number): Step {
  const lines = ['link set lo up', ...attach('eth0', own, router, MAC.router(leg)), `route add default via ${router}`];
  return { tool: 'ip', place, lines };
}
