import { HOUSEHOLD_PROFILES, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { createLogger, createStopper, listen, watchLoopDelay } from '@rowhouse/service';
import { GUARD_DEFAULTS, type GuardLimits } from '../../src/guard/index.ts';
import { createUserServer, type UserServer } from '../../src/household/server.ts';
import type { HouseholdProcess } from '../../src/settings.ts';
import { createTcp, loadLibc } from '../../src/tcp/index.ts';
import { SECRET } from './start.ts';

export interface StartedUser extends AsyncDisposable {
  readonly process: HouseholdProcess;
  readonly user: UserServer;
  /** Ends it at once, as when its process dies. */
  kill(): Promise<void>;
}

/** The real server of one user type, without a process of its own, on a free port of 127.0.0.1. */
export async function startUser(
  userId: string,
  options: { readonly instance?: number; readonly maxSessions?: number; readonly limits?: Partial<GuardLimits> } = {},
): Promise<StartedUser> {
  const { instance = 0, maxSessions = 50 } = options;
  const profile = HOUSEHOLD_PROFILES.find(({ id }) => id === userId) as UserProfile;
  const limits = { ...GUARD_DEFAULTS.limits, ...options.limits };
  const user = createUserServer({
    settings: {
      host: '127.0.0.1',
      port: 0,
      tls: null,
      secretHex: SECRET.toString('hex'),
      clockOriginMs: 0,
      guard: { ...GUARD_DEFAULTS, limits },
      user: 'nobody',
      logLevel: 'silent',
      profile,
      instance,
      maxSessions,
      drainMs: 0,
      publicAddress: null,
    },
    tcp: createTcp(await loadLibc()),
    log: createLogger({ service: 'household', port: 0, level: 'silent' }),
    loopDelay: watchLoopDelay(),
    rtc: () => ({ reason: 'none here' }),
  });
  const stopper = createStopper(user.server);
  const port = await listen(user.server, 'a user', '127.0.0.1', 0);
  const kill = async () => void (await stopper.stop(0));
  return {
    process: { id: instance === 0 ? userId : `${userId}/${instance}`, userId, instance, port },
    user,
    kill,
    async [Symbol.asyncDispose]() {
      user.end();
      await kill();
    },
  };
}
