import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import type { ProcessState } from '../../settings.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';

/** What the reports are made from. */
export interface ReportSources {
  readonly profiles: readonly UserProfile[];
  readonly instances: Instances;
  /** Sessions that the main server serves itself. */
  readonly own: () => { readonly active: number; readonly max: number; readonly opened: number };
  /** What the launcher said last. */
  readonly programs: () => readonly ProcessState[];
  readonly stopping: () => boolean;
  readonly nowMs: () => number;
}

export type HouseholdStatus = 'ok' | 'degraded' | 'stopping';

/** The answers of `/virtual-household/{health,stats,process-health}`; documented in docs/household-api.md. */
export interface Reports {
  readonly status: () => HouseholdStatus;
  /** All there are, those of the main server included. */
  readonly sessions: () => number;
  readonly ownSessions: () => number;
  readonly health: () => object;
  /** @param detailed for this machine and private networks: process numbers and figures of each process as well */
  readonly stats: (detailed: boolean) => object;
  readonly processHealth: (detailed: boolean) => object;
  /** Figures by user type, for metrics. */
  readonly byUser: (figure: UserFigure) => Iterable<readonly [string, number]>;
}

export type UserFigure = 'sessions' | 'capacity' | 'opened' | 'healthy';

export function createReports(sources: ReportSources): Reports {
  const { profiles, instances, own, programs, stopping, nowMs } = sources;
  const isMultiprocess = instances.all.length > 0;
  const architecture = {
    architecture: isMultiprocess ? 'simple_multiprocess' : 'single_process',
    process_isolation: isMultiprocess,
  };
  const status = (): HouseholdStatus => {
    if (stopping()) return 'stopping';
    return instances.all.every(({ healthy }) => healthy) ? 'ok' : 'degraded';
  };
  const userStatus = (all: readonly Instance[]) => {
    const healthy = all.filter((instance) => instance.healthy).length;
    if (healthy === all.length) return 'ok'; // none at all: the main server serves, as it is meant to
    return healthy > 0 ? 'degraded' : 'down';
  };
  const figuresOf = (all: readonly Instance[]) => ({
    sessions: sum(all, (instance) => instance.stats?.sessions.active ?? 0),
    capacity: sum(all, (instance) => (instance.healthy ? (instance.stats?.sessions.max ?? 0) : 0)),
    opened: sum(all, (instance) => instance.stats?.sessions.opened ?? 0),
    healthy: all.filter((instance) => instance.healthy).length,
  });
  const byId = <T>(of: (all: readonly Instance[], profile: UserProfile) => T) =>
    Object.fromEntries(profiles.map((profile) => [profile.id, of(instances.of(profile.id), profile)]));

  return {
    status,
    sessions: () => figuresOf(instances.all).sessions + own().active,
    ownSessions: () => own().active,
    health: () => ({
      status: status(),
      ...architecture,
      users: byId((all) => {
        const isolated = all.some((instance) => instance.healthy);
        return {
          status: userStatus(all),
          architecture: isolated ? 'simple_multiprocess' : 'single_process',
          process_isolation: isolated,
          instances: all.length,
          healthy: figuresOf(all).healthy,
        };
      }),
    }),
    stats: (detailed) => {
      const { active, max, opened } = own();
      const total = figuresOf(instances.all);
      return {
        status: status(),
        ...architecture,
        sessions: total.sessions + active,
        capacity: total.capacity + max,
        users: byId((all) => figuresOf(all)),
        singleProcess: { sessions: active, capacity: max, opened },
        ...(detailed
          ? {
              processes: instances.all.map(({ process, stats, told }) => ({
                id: process.id,
                user_id: process.userId,
                instance: process.instance,
                port: process.port,
                pid: told?.pid ?? null,
                stats: stats ?? null,
              })),
            }
          : {}),
      };
    },
    processHealth: (detailed) => ({
      status: status(),
      ...architecture,
      processes: instances.all.map((instance) => ({
        id: instance.process.id,
        user_id: instance.process.userId,
        instance: instance.process.instance,
        port: instance.process.port,
        status: instance.status(nowMs()),
        ...(detailed
          ? {
              pid: instance.told?.pid ?? null,
              restarts: instance.told?.restarts ?? null,
              state: instance.told?.state ?? null,
              readySinceMs: instance.told?.readySinceMs ?? null,
              sessions: instance.stats?.sessions.active ?? null,
              loopDelayMs: instance.stats?.loopDelayMs ?? null,
            }
          : {}),
      })),
      ...(detailed ? { programs: programs().filter(({ id }) => id === 'main' || id === 'ping') } : {}),
    }),
    *byUser(figure) {
      for (const { id } of profiles) yield [id, figuresOf(instances.of(id))[figure]];
    },
  };
}

const sum = (all: readonly Instance[], of: (instance: Instance) => number): number =>
  all.reduce((total, instance) => total + of(instance), 0);
