import { userProcesses as ofSystem, type UserProcess } from '@rowhouse/e2e';

export type { UserProcess };

/** The household's processes in the order of its users; none where the main server serves them all. */
export const userProcesses = (mainPort: number): Promise<UserProcess[]> =>
  ofSystem({ url: `http://127.0.0.1:${mainPort}` });
