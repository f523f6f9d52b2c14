import { HOUSEHOLD_PATHS } from '@rowhouse/bufferbloat-protocol';
import { askJson } from './json.ts';

/** A process of the household, as the main server knows it. */
export interface UserProcess {
  readonly userId: string;
  readonly pid: number;
  readonly port: number;
}

/** The household's processes in the order of its users; none where the main server serves them all. */
export async function userProcesses(mainPort: number): Promise<UserProcess[]> {
  const { status, body } = await askJson({ port: mainPort, path: HOUSEHOLD_PATHS.processHealth });
  if (status !== 200) throw new Error(`${HOUSEHOLD_PATHS.processHealth}: ${status} ${JSON.stringify(body)}`);
  const { processes } = body as {
    readonly processes: readonly { user_id: string; port: number; pid: number | null }[];
  };
  return processes.map(({ user_id: userId, port, pid }) => {
    if (pid === null) throw new Error(`the process of ${userId} is not running`);
    return { userId, port, pid };
  });
}
