import { once } from 'node:events';
import { HOUSEHOLD_PROFILES, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { createLogger, listen, reservePort, watchLoopDelay, type TlsMaterial } from '@rowhouse/service';
import { clockOriginNow } from '../../src/clock.ts';
import { GUARD_DEFAULTS, type GuardLimits } from '../../src/guard/index.ts';
import { newTestId, signToken } from '../../src/guard/token.ts';
import { createUserServer } from '../../src/household/server.ts';
import type { UserProcessStats } from '../../src/household/stats.ts';
import { createTcp, loadLibc } from '../../src/tcp/index.ts';

const secret = Buffer.alloc(32, 7);
const log = createLogger({ service: 'test', port: 0, level: 'silent' });

export const token = (testId = newTestId(), lifeMs = 60_000): string =>
  signToken(secret, { testId, expiresAtMs: Date.now() + lifeMs });

export const profileOf = (id: string): UserProfile =>
  HOUSEHOLD_PROFILES.find((profile) => profile.id === id) as UserProfile;

export interface StartOptions {
  readonly maxSessions?: number;
  readonly limits?: Partial<GuardLimits>;
  /** Without the C library. */
  readonly bare?: boolean;
  readonly tls?: TlsMaterial;
}

/** A user's process inside this one, without UDP. */
export async function startUser(
  profile: UserProfile,
  { maxSessions = 10, limits = {}, bare = false, tls }: StartOptions = {},
) {
  const port = await reservePort('test', '127.0.0.1', 0);
  const tcp = createTcp(bare ? 'not in this test' : await loadLibc());
  const user = createUserServer({
    settings: {
      host: '127.0.0.1',
      port,
      tls: tls ?? null,
      clockOriginMs: clockOriginNow(),
      secretHex: secret.toString('hex'),
      guard: { ...GUARD_DEFAULTS, limits: { ...GUARD_DEFAULTS.limits, ...limits } },
      user: 'nobody',
      logLevel: 'silent',
      profile,
      instance: 0,
      maxSessions,
      drainMs: 1000,
      publicAddress: null,
    },
    tcp,
    log,
    loopDelay: watchLoopDelay(),
    rtc: () => ({ reason: 'not in this test' }),
  });
  const scheme = tls ? 'wss' : 'ws';
  await listen(user.server, 'test', '127.0.0.1', port);
  return {
    user,
    port,
    session: (text = token(), userId = profile.id) =>
      `${scheme}://127.0.0.1:${port}/ws/virtual-household/${userId}?token=${text}`,
    probe: (text = token()) => `${scheme}://127.0.0.1:${port}/ws/probe?token=${text}`,
    stats: (): UserProcessStats => user.stats(),
    until: async (wanted: (stats: UserProcessStats) => boolean) => {
      while (!wanted(user.stats())) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    stop: async () => {
      user.end();
      const closed = once(user.server, 'close');
      user.server.close();
      user.server.closeAllConnections();
      await closed;
    },
  };
}
