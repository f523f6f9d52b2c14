import {
  choice,
  ipAddress,
  list,
  LOG_LEVELS,
  port,
  ServiceError,
  text,
  textOr,
  toggle,
  wholeNumber,
} from '@rowhouse/service';
import { DEFAULT_PORTS } from '@rowhouse/bufferbloat-protocol';
import { isIP } from 'node:net';
import * as z from 'zod';
import { GUARD_DEFAULTS, hostnameOfOrigin, isNetwork, parseHost } from './guard/index.ts';

/** Prefix of environment variables: `ROWHOUSE_PORT`, … */
export const ENV_PREFIX = 'ROWHOUSE';

const { limits } = GUARD_DEFAULTS;
const limit = (help: string, fallback: number, max = 1_000_000) =>
  wholeNumber({ help, default: fallback, min: 1, max });

/** Everything that can be set, as the configuration file spells it. */
export const configSchema = z.object({
  port: port({ help: 'Port of the page and the load; 0: any free one', default: DEFAULT_PORTS.main }),
  pingPort: port({ help: 'Port of the ping server, TCP and UDP; 0: any free one', default: DEFAULT_PORTS.ping }),
  userPorts: choice({
    help: 'Ports of the household’s processes; profile: as the profiles say, then from 8010 up; free: any free ones; auto: free with --port 0',
    of: ['auto', 'profile', 'free'],
    default: 'auto',
  }),
  host: textOr({
    help: 'Address to listen on; :: is every address, IPv4 and IPv6',
    default: '::',
    expects: 'an IP address',
    test: (value) => isIP(value) !== 0,
  }),
  sslCertfile: text({
    help: 'Certificate chain (PEM); turns on HTTPS',
    expects: 'a file name',
    alsoEnv: 'SSL_CERTFILE',
  }),
  sslKeyfile: text({ help: 'Private key of the certificate (PEM)', expects: 'a file name', alsoEnv: 'SSL_KEYFILE' }),
  production: toggle({ help: 'Print nothing for people, only JSON logs', default: false }),
  logLevel: choice({
    help: 'Least level that is logged; auto: warn on a terminal, else info',
    of: ['auto', ...LOG_LEVELS],
    default: 'auto',
  }),
  user: textOr({
    help: 'User to become when started as root',
    default: 'nobody',
    expects: 'the name or number of a user',
    test: (value) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(value),
  }),
  publicAddress: ipAddress({ help: 'Address under which the world reaches this machine, if it has another itself' }),
  drainS: wholeNumber({
    help: 'Seconds that running tests get to finish when the server is stopped',
    default: 60,
    min: 0,
    max: 600,
  }),
  multiprocess: toggle({
    help: 'A process of its own for every user of the household; false: the main server serves them all',
    default: true,
    alsoEnv: 'VH_ENABLE_MULTIPROCESS',
  }),
  instances: wholeNumber({ help: 'Processes of each user type', default: 1, min: 1, max: 64 }),
  maxProcesses: wholeNumber({
    help: 'Most processes of the household in total',
    default: 8,
    min: 1,
    max: 256,
    alsoEnv: 'MAX_PROCESSES',
  }),
  testsPerProcess: wholeNumber({
    help: 'Household sessions at once in each process',
    default: 50,
    min: 1,
    max: 10_000,
    alsoEnv: 'TESTS_PER_PROCESS',
  }),
  householdUsers: text({
    help: 'JSON file with further user types, a list of profiles (docs/household-api.md)',
    expects: 'a file name',
  }),
  allowedHosts: list({
    help: 'Names this server answers to besides addresses and localhost; none: all',
    expects: 'a host name without a port, in lower case',
    test: (value) => parseHost(value)?.hostname === value,
  }),
  corsOrigins: list({
    help: 'Origins of other pages that may run tests here; *: all',
    expects: 'an origin such as https://status.example, or *',
    test: (value) => value === '*' || hostnameOfOrigin(value) !== undefined,
  }),
  trustedProxies: list({
    help: 'Proxies whose X-Forwarded-For is believed',
    expects: 'an address or a network such as 10.0.0.0/8',
    test: isNetwork,
  }),
  privateNetworks: list({
    help: 'Networks besides loopback that may read /metrics and /stats',
    expects: 'an address or a network such as 10.0.0.0/8',
    test: isNetwork,
  }),
  limits: z.object({
    connectionsPerAddress: limit('Connections at once of an address', limits.connectionsPerAddress),
    connections: limit('Connections at once of each process', limits.connections),
    loadsPerAddress: limit('Transfers at once of an address', limits.loadsPerAddress),
    loads: limit('Transfers at once in total', limits.loads),
    probesPerAddress: limit('Probe sockets at once of an address', limits.probesPerAddress),
    probes: limit('Probe sockets at once in total', limits.probes),
    sessionsPerAddress: limit('Household sessions at once of an address in each process', limits.sessionsPerAddress),
    requestsPerS: limit('Requests per second of an address', limits.requestsPerS),
    testsPerMinute: limit('Tests per minute of an address', limits.testsPerMinute),
    anonymousMiB: limit('MiB per hour of an address without a test', limits.anonymousMiB),
    outgoingGBPerDay: wholeNumber({
      help: 'GB that may be sent per 24 hours; 0: no limit',
      default: limits.outgoingGBPerDay,
      min: 0,
      max: 1_000_000_000,
    }),
  }),
});

export type Config = z.output<typeof configSchema>;

/**
 * What no single setting can tell.
 *
 * @throws ServiceError `ERR_CONFIG_RULE`
 */
export function checkRules(config: Config): void {
  const refuse = (source: string, reason: string) => {
    throw new ServiceError('ERR_CONFIG_RULE', { source, reason });
  };
  if (config.port !== 0 && config.port === config.pingPort)
    refuse('--ping-port', `${config.port} is the port of the page; the ping server needs one of its own`);
  if (config.sslCertfile !== null && config.sslKeyfile === null) refuse('--ssl-keyfile', 'a certificate needs its key');
  if (config.sslKeyfile !== null && config.sslCertfile === null)
    refuse('--ssl-certfile', 'a key needs its certificate');
}
