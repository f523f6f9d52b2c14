export { createProbeSockets, type ProbeSockets } from './probe-sockets.ts';
export { reachableAddresses } from './reachable.ts';
export type { Rtc } from './rtc.ts';
export { prepareUdp } from './udp.ts';
