import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findAccount, readTlsMaterial, reservePort, reserveUdpPort } from '@rowhouse/service';
import { clockOriginNow } from './clock.ts';
import { checkRules, type Config } from './config.ts';
import type { MainSettings, PingSettings } from './settings.ts';

export interface ResolvedSettings {
  readonly main: MainSettings;
  readonly ping: PingSettings;
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
  const port = await reservePort('the main server', host, config.port);
  const pingPort = await reservePort('the ping server', host, config.pingPort);
  await reserveUdpPort('the ping server (UDP)', host, pingPort);
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
    main: { ...common, port, pingPort, drainMs: config.drainS * 1000 },
    ping: { ...common, port: pingPort, publicAddress: config.publicAddress },
  };
}
