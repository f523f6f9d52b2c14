import type { System } from './system.ts';

/** One process of the household, as the main server tells it to this machine. */
export interface UserProcess {
  readonly userId: string;
  readonly pid: number;
  readonly port: number;
}

interface ProcessHealth {
  readonly processes: readonly { readonly user_id: string; readonly pid: number | null; readonly port: number }[];
}

/** The processes of a running household, for tests that trouble them. */
export async function userProcesses({ url }: Pick<System, 'url'>): Promise<UserProcess[]> {
  const response = await fetch(`${url}/virtual-household/process-health`);
  const { processes } = (await response.json()) as ProcessHealth;
  return processes.map(({ user_id: userId, pid, port }) => {
    if (pid === null) throw new Error(`the process of ${userId} is not running`);
    return { userId, pid, port };
  });
}

/** Sessions of all users that the servers have open now. */
export async function openSessions({ url }: Pick<System, 'url'>): Promise<number> {
  const response = await fetch(`${url}/virtual-household/stats`);
  const { sessions } = (await response.json()) as { sessions: number };
  return sessions;
}
