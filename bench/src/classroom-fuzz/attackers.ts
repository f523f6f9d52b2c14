import { sessionSchema } from '@rowhouse/classroom-protocol';
import { demoStudent, type Person, signIn } from '../shared/classroom-client.ts';
import type { Attacker } from './person-case.ts';

/** Students of the demo, from the first one on, who attack. */
export async function attackersAt(port: number, count: number): Promise<Attacker[]> {
  const names = Array.from({ length: count }, (_, index) => demoStudent(index + 1));
  return Promise.all(names.map(async (name) => asAttacker(await signIn(port, name))));
}

export async function asAttacker({ http, headers }: Person): Promise<Attacker> {
  const { account } = sessionSchema.parse(JSON.parse((await http.ask('/api/session', { headers })).body.toString()));
  http.close();
  return { cookie: headers.cookie, csrfToken: headers['x-csrf-token'], accountId: account.id };
}
