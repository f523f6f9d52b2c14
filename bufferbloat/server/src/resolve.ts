import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findAccount, readTlsMaterial, reservePort } from '@rowhouse/service';
import { clockOriginNow } from './clock.ts';
import { checkRules, type Config } from './config.ts';
import { householdProfiles } from './household-users.ts';
import type { MainSettings, PingSettings, UserSettings } from './settings.ts';
import { planProcesses, reserveOn } from './user-processes.ts';

export interface ResolvedSettings {
  readonly main: MainSettings;
  readonly ping: PingSettings;
  readonly users: readonly UserProgram[];
}

/** A process of the household, and what it is told. */
export interface UserProgram {
  readonly id: string;
  readonly settings: UserSettings;
}

/**
 * Turns a configuration into what each program is told, after checking all that can be checked before a program
 * starts: files, the user, and that the ports can be had.
 *
 * @throws ServiceError whose message is one line that names what is wrong
 */
export async function resolveSettings(config: Config, logLevel: string): Promise<ResolvedSettings> {
  checkRules(config);
  const { sslCertfile, sslKeyfile, host, user } = config;
  const tls = sslCertfile !== null && sslKeyfile !== null ? readTlsMaterial(sslCertfile, sslKeyfile) : null;
  if (process.getuid?.() === 0) findAccount(user, readFileSync('/etc/passwd', 'utf8'));
  const profiles = householdProfiles(config.householdUsers);
  const reserve = reserveOn(host);
  const port = await reservePort('the main server', host, config.port);
  const pingPort = await reserve('the ping server', config.pingPort);
  const planned = await planProcesses(config, profiles, [port, pingPort], reserve);
  const { testsPerProcess } = config;
  const drainMs = config.drainS * 1000;
  const common = {
    host,
    tls,
    // One token must be good for both programs and for nobody else's.
    secretHex: randomBytes(32).toString('hex'),
    clockOriginMs: clockOriginNow(),
    guard: {
      allowedHosts: config.allowedHosts,
      corsOrigins: config.corsOrigins,
      trustedProxies: config.trustedProxies,
      privateNetworks: config.privateNetworks,
      limits: config.limits,
    },
    user,
    logLevel,
  };
  return {
    main: {
      ...common,
      port,
      pingPort,
      drainMs,
      household: {
        profiles,
        processes: planned.map(({ id, profile, instance, port: ownPort }) => ({
          id,
          userId: profile.id,
          instance,
          port: ownPort,
        })),
        sessionsPerProcess: testsPerProcess,
      },
    },
    ping: { ...common, port: pingPort, publicAddress: config.publicAddress },
    users: planned.map(({ id, ...own }) => ({
      id,
      settings: { ...common, ...own, maxSessions: testsPerProcess, drainMs, publicAddress: config.publicAddress },
    })),
  };
}
