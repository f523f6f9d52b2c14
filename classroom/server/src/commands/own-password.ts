import { type Asker, askNewPassword } from './asker.ts';
import { changePassword, signIn } from './http-client.ts';

/** Changes the password of whoever knows the present one. @throws CommandError */
export async function changeOwnPassword(
  options: { readonly origin: string; readonly name: string },
  asker: Asker,
  isTerminal: boolean,
): Promise<readonly string[]> {
  const { origin, name } = options;
  const current = await asker.secret(`Present password of ${name}: `);
  const client = await signIn(origin, name, current);
  const changed = await changePassword(client, current, await askNewPassword(asker, isTerminal));
  await changed.send('DELETE', '/api/session');
  return [`The password of ${name} is changed; other sessions of theirs have ended.`];
}
