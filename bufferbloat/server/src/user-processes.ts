import { FIRST_INSTANCE_PORT, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { reservePort, reserveUdpPort, ServiceError } from '@rowhouse/service';
import type { Config } from './config.ts';

/** `alex`, `alex/1`, `alex/2`: no id of a user type has a slash. */
const childId = (userId: string, instance: number) => (instance === 0 ? userId : `${userId}/${instance}`);

/** One process to be started. */
export interface PlannedProcess {
  readonly id: string;
  readonly profile: UserProfile;
  /** Which of the type's processes, from 0. */
  readonly instance: number;
  readonly port: number;
}

/** Makes sure that a port can be had, TCP and UDP, and finds one for 0. */
export type Reserve = (what: string, port: number) => Promise<number>;

export const reserveOn =
  (host: string): Reserve =>
  async (what, port) => {
    const reserved = await reservePort(what, host, port);
    await reserveUdpPort(`${what} (UDP)`, host, reserved);
    return reserved;
  };

/**
 * Which processes the household has, and where: every first instance on its profile's port, all others from 8010 up.
 *
 * @param taken ports of the other programs
 * @throws ServiceError `ERR_CONFIG_RULE` for too many processes or a port that is given twice, `ERR_LISTEN`
 */
export async function planProcesses(
  config: Pick<Config, 'multiprocess' | 'instances' | 'maxProcesses' | 'userPorts' | 'port'>,
  profiles: readonly UserProfile[],
  taken: readonly number[],
  reserve: Reserve,
): Promise<readonly PlannedProcess[]> {
  if (!config.multiprocess) return [];
  const { instances, maxProcesses } = config;
  const count = profiles.length * instances;
  if (count > maxProcesses) {
    const reason = `${profiles.length} user types with ${instances} each are ${count} processes, more than the ${maxProcesses} of --max-processes`;
    throw new ServiceError('ERR_CONFIG_RULE', { source: '--instances', reason });
  }
  const free = config.userPorts === 'free' || (config.userPorts === 'auto' && config.port === 0);
  const used = new Set(taken);
  const fixed = new Set(profiles.flatMap(({ port }) => port ?? []));
  let next = FIRST_INSTANCE_PORT;
  const nextPort = () => {
    while (used.has(next) || fixed.has(next)) next += 1;
    return next;
  };
  const planned: PlannedProcess[] = [];
  for (const instance of Array.from({ length: instances }).keys()) {
    for (const profile of profiles) {
      const id = childId(profile.id, instance);
      const wanted = instance === 0 && profile.port !== undefined ? profile.port : nextPort();
      if (!free && used.has(wanted)) {
        const reason = `user "${profile.id}" wants port ${wanted}, which another program has; --user-ports free picks others`;
        throw new ServiceError('ERR_CONFIG_RULE', { source: '--port', reason });
      }
      const port = free ? await freePort(id, used, reserve) : await reserve(`the process of ${id}`, wanted);
      used.add(port);
      planned.push({ id, profile, instance, port });
    }
  }
  return planned;
}

/** The system may name a port again that it has named before, since nobody listens on it yet. */
async function freePort(id: string, used: ReadonlySet<number>, reserve: Reserve): Promise<number> {
  const port = await reserve(`the process of ${id}`, 0);
  return used.has(port) ? freePort(id, used, reserve) : port;
}
