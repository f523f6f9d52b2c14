import { DEFAULT_LIMITS } from '@rowhouse/classroom-protocol';
import { choice, list, LOG_LEVELS, port, ServiceError, text, textOr, toggle, wholeNumber } from '@rowhouse/service';
import { isIP } from 'node:net';
import * as z from 'zod';
import { TIER_NAMES } from './capacity/tiers.ts';

/** Prefix of environment variables: `ROWHOUSE_CLASSROOM_PORT`, … */
export const ENV_PREFIX = 'ROWHOUSE_CLASSROOM';

export const DEFAULT_PORT = 10_086;

const MIB = 1024 * 1024;
const L = DEFAULT_LIMITS;
const mib = (help: string, bytes: number) =>
  wholeNumber({ help: `${help}, MiB`, default: Math.round(bytes / MIB), min: 1, max: 1_048_576 });
const seconds = (help: string, ms: number) =>
  wholeNumber({ help: `${help}, seconds`, default: Math.round(ms / 1000), min: 1, max: 30 * 86_400 });
const count = (help: string, fallback: number) => wholeNumber({ help, default: fallback, min: 1, max: 1_000_000 });
const byTier = (help: string, max: number) =>
  wholeNumber({ help: `${help}; 0: as the tier says`, default: 0, min: 0, max });
const systemUser = (help: string, fallback: string) =>
  textOr({
    help,
    default: fallback,
    expects: 'the name or number of a user',
    test: (value) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(value),
  });

/** Everything that can be set, as the configuration file spells it. */
export const configSchema = z.object({
  port: port({ help: 'Port of the classroom; 0: any free one', default: DEFAULT_PORT }),
  host: textOr({
    help: 'Address to listen on; auto: every address with TLS, only this machine without it or with --demo',
    default: 'auto',
    expects: 'an IP address, or auto',
    test: (value) => value === 'auto' || isIP(value) !== 0,
  }),
  sslCertfile: text({
    help: 'Certificate chain (PEM); turns on HTTPS',
    expects: 'a file name',
    alsoEnv: 'SSL_CERTFILE',
  }),
  sslKeyfile: text({ help: 'Private key of the certificate (PEM)', expects: 'a file name', alsoEnv: 'SSL_KEYFILE' }),
  insecureHttp: toggle({
    help: 'Allow other machines to connect without TLS: their passwords and programs can be read on the way',
    default: false,
  }),
  tlsInFront: toggle({
    help: 'A proxy in front of the classroom does TLS, and nobody reaches the classroom but through it',
    default: false,
  }),
  demo: toggle({ help: 'Fill an empty classroom with a teacher, 38 students and sample files', default: false }),
  openDemo: toggle({
    help: 'Allow other machines to connect to the demo, whose passwords everybody knows',
    default: false,
  }),
  dataFolder: text({
    help: 'Workspaces and database; default: /var/lib/rowhouse/classroom as root, else ~/.local/share/rowhouse/classroom',
    expects: 'an absolute folder name',
  }),
  databaseUrl: text({
    help: 'PostgreSQL of your own instead of the one that is built in',
    expects: 'a postgres:// address',
    alsoEnv: 'DATABASE_URL',
  }),
  python: text({ help: 'Python (3.9 or newer) of the rooms; default: the one of the system', expects: 'a file name' }),
  allowWeakIsolation: toggle({
    help: 'Serve more than one student though their programs can reach each other',
    default: false,
  }),
  user: systemUser('User of the server when started as root', '199990'),
  databaseUser: systemUser('User of the built-in database when started as root', '199991'),
  uidBase: wholeNumber({
    help: 'The students’ system users are the 65536 numbers from here on, when started as root',
    default: 200_000,
    min: 1000,
    max: 2_000_000_000,
  }),
  tier: choice({
    help: 'Size of the machine; auto: found out',
    of: ['auto', ...TIER_NAMES],
    default: 'auto',
  }),
  maxUsers: byTier('Students at once', 10_000),
  maxActiveRuns: byTier('Programs that run at once', 100_000),
  memoryMiB: byTier('Memory for rooms and programs in total, MiB', 16_777_216),
  queueS: wholeNumber({
    help: 'Seconds that a run may wait for its turn before it is refused',
    default: 60,
    min: 1,
    max: 3600,
  }),
  allowedHosts: list({
    help: 'Names this server answers to besides addresses and localhost; none: all',
    expects: 'a host name without a port, in lower case',
    test: (value) => /^[a-z0-9][a-z0-9.-]*$/.test(value),
  }),
  trustedProxies: list({
    help: 'Proxies whose X-Forwarded-For is believed',
    expects: 'an address or a network such as 10.0.0.0/8',
    test: (value) => isIP(value.split('/')[0] ?? '') !== 0,
  }),
  metricsToken: text({ help: 'Bearer token with which other machines may read /metrics', expects: 'a text' }),
  priceFile: text({ help: 'Price list of the resource calculator, JSON', expects: 'a file name' }),
  production: toggle({ help: 'Print nothing for people, only JSON logs', default: false }),
  logLevel: choice({
    help: 'Least level that is logged; auto: warn on a terminal, else info',
    of: ['auto', ...LOG_LEVELS],
    default: 'auto',
  }),
  limits: z.object({
    runMemoryMiB: mib('Memory of one run with all its children', L.runMemoryBytes),
    roomMemoryMiB: mib('Memory of a student’s whole room', L.roomMemoryBytes),
    runCpuS: seconds('CPU time of one run', L.runCpuMs),
    scriptWallS: seconds('Duration of a script, waiting in input() not counted', L.scriptWallMs),
    replWallS: seconds('Duration of a REPL', L.replWallMs),
    waitingS: seconds('Waiting in input() or at the prompt', L.waitingMs),
    runProcesses: count('Processes and threads of one run', L.runProcesses),
    openFiles: count('Open files of each process', L.openFiles),
    fileMiB: mib('Size of one file', L.fileBytes),
    diskMiB: mib('All files of a student', L.diskBytes),
    diskFiles: count('Files and folders of a student', L.diskFiles),
    outputMiBPerS: mib('Output of one run per second, averaged over ten', L.outputBytesPerS),
    activeRuns: count('Runs at once of a student', L.activeRuns),
    processesPerUser: count('Scripts, REPLs and file operations at once of a student', L.processesPerUser),
    processesTotal: byTier('The same of all students', 1_000_000),
    fileOperationS: seconds('Duration of one file operation', L.fileOperationMs),
    abandonedS: seconds('A program that nobody looks at and that does nothing is ended after', L.abandonedMs),
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
  const { sslCertfile, sslKeyfile, dataFolder, databaseUrl, limits } = config;
  if (sslCertfile !== null && sslKeyfile === null) refuse('--ssl-keyfile', 'a certificate needs its key');
  if (sslKeyfile !== null && sslCertfile === null) refuse('--ssl-certfile', 'a key needs its certificate');
  if (dataFolder !== null && !dataFolder.startsWith('/'))
    refuse('--data-folder', `"${dataFolder}" does not begin with /`);
  if (databaseUrl !== null && !/^postgres(?:ql)?:\/\//.test(databaseUrl))
    refuse('--database-url', 'the address does not begin with postgres://');
  if (limits.roomMemoryMiB < limits.runMemoryMiB)
    refuse('--limits-room-memory-mib', `${limits.roomMemoryMiB} is less than one run may use (${limits.runMemoryMiB})`);
  listenAddress(config);
}

/** Numbers of the loopback network, and its name in IPv6. */
export const isLoopback = (host: string): boolean => host === '::1' || host.startsWith('127.');

/**
 * Where to listen: only this machine unless there is TLS and no demo, or whoever starts it says in so many words that
 * the rest of the world may connect.
 *
 * @throws ServiceError `ERR_CONFIG_RULE` for an address of the network without those words
 */
export function listenAddress(
  config: Pick<Config, 'host' | 'sslCertfile' | 'tlsInFront' | 'insecureHttp' | 'demo' | 'openDemo'>,
): string {
  const secure = config.sslCertfile !== null || config.tlsInFront || config.insecureHttp;
  const open = !config.demo || config.openDemo;
  if (config.host === 'auto') return secure && open ? '::' : '127.0.0.1';
  if (isLoopback(config.host)) return config.host;
  if (!secure)
    throw new ServiceError('ERR_CONFIG_RULE', {
      source: '--host',
      reason: `without TLS the classroom listens on this machine only; give it --ssl-certfile and --ssl-keyfile, or say --insecure-http true`,
    });
  if (!open)
    throw new ServiceError('ERR_CONFIG_RULE', {
      source: '--host',
      reason:
        'everybody knows the passwords of the demo, so it listens on this machine only, unless told --open-demo true',
    });
  return config.host;
}
