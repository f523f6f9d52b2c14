import { HOUSEHOLD_PROFILES, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { createLogger, createStopper, listen, watchLoopDelay } from '@rowhouse/service';
import { GUARD_DEFAULTS, type GuardLimits } from '../../src/guard/index.ts';
import { createUserServer, type UserServer } from '../../src/household/server.ts';
import type { HouseholdProcess } from '../../src/settings.ts';
import { createTcp, loadLibc } from '../../src/tcp/index.ts';
import { RefusedUpgrade } from '../support/session-client.ts';
import { SECRET, start, until, type Started, type StartOptions } from './start.ts';

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

export const ALEX = '/ws/virtual-household/alex';

/** Alex's path on the main server, for a WebSocket. */
export const sessionUrl = (main: Started, query = ''): string => `${main.origin.replace('http', 'ws')}${ALEX}${query}`;

/** The main server with these users' processes, all of which it has found. */
export async function startWith(users: readonly StartedUser[], options: StartOptions = {}): Promise<Started> {
  const processes = users.map(({ process }) => process);
  const main = await start({ ...options, household: { processes, ...options.household } });
  await until(() => main.server.stats().household.status === 'ok');
  return main;
}

/** How an upgrade was refused; throws when it was not. */
export async function refusal(opening: Promise<unknown>): Promise<RefusedUpgrade> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RefusedUpgrade) return error;
  throw new Error('it was not refused');
}
