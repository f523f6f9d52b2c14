/** What protects the servers from abuse; plain data, so that the supervisor can hand it to its children. */
export interface GuardSettings {
  /** Names this server goes by; when empty every name is answered. Lower case, no ports. */
  readonly allowedHosts: readonly string[];
  /** Web origins of other pages that may run tests here, such as `https://status.example`; `*` for all. */
  readonly corsOrigins: readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed (addresses or CIDR). */
  readonly trustedProxies: readonly string[];
  /** Networks besides loopback that may read `/metrics` and `/stats`. */
  readonly privateNetworks: readonly string[];
  readonly limits: GuardLimits;
}

export interface GuardLimits {
  /** TCP connections of one address (IPv6: of one /64). */
  readonly connectionsPerAddress: number;
  /** TCP connections in total, of each process. */
  readonly connections: number;
  /** Downloads, uploads and bulk sockets at once of one address. */
  readonly loadsPerAddress: number;
  /** Downloads, uploads and bulk sockets at once in total. */
  readonly loads: number;
  /** Probe sockets at once of one address. */
  readonly probesPerAddress: number;
  /** Probe sockets at once in total. */
  readonly probes: number;
  /** Household sessions at once of one address, in each process. */
  readonly sessionsPerAddress: number;
  /** Requests per second of one address, sustained; a burst of ten seconds' worth is let through. */
  readonly requestsPerS: number;
  /** Tests per minute of one address, sustained; a burst of as many is let through. */
  readonly testsPerMinute: number;
  /** MiB per hour and address without a token. */
  readonly anonymousMiB: number;
  /** GB (10^9 bytes) that loads may send per 24 h; 0: no limit. */
  readonly outgoingGBPerDay: number;
}

export const GUARD_DEFAULTS: GuardSettings = {
  allowedHosts: [],
  corsOrigins: [],
  trustedProxies: [],
  privateNetworks: [],
  limits: {
    connectionsPerAddress: 256,
    connections: 4096,
    loadsPerAddress: 64,
    loads: 512,
    probesPerAddress: 128,
    probes: 512,
    sessionsPerAddress: 64,
    requestsPerS: 50,
    testsPerMinute: 30,
    anonymousMiB: 100,
    outgoingGBPerDay: 0,
  },
};
