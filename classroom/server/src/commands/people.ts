import { readFile } from 'node:fs/promises';
import { systemReason } from '@rowhouse/service';
import * as z from 'zod';
import { rosterText } from '../accounts/roster.ts';
import { FIRST_ADMIN_PATH } from '../first-admin/routes.ts';
import { ClassroomError } from '../http/errors.ts';
import { CommandError, objection } from './errors.ts';
import type { OperatorClient } from './operator-client.ts';
import { table } from './table.ts';

const told = z.object({ name: z.string(), displayName: z.string(), initialPassword: z.string() });

/** Imports students and returns their first passwords, which are told this once. @throws CommandError */
export async function addRoster(operator: OperatorClient, file: string): Promise<readonly string[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new CommandError(`${file}: ${systemReason(error)}`);
  });
  const csv = decode(file, bytes);
  const { accounts } = z.object({ accounts: z.array(told) }).parse(await operator.post('/roster', { csv }));
  const rows = accounts.map(({ name, displayName, initialPassword }) => [name, displayName, initialPassword]);
  return [
    `${accounts.length} students added. Their first passwords, shown only now; each must choose another one:`,
    ...table([['name', 'display name', 'password'], ...rows]),
  ];
}

function decode(file: string, bytes: Buffer): string {
  try {
    return rosterText(bytes);
  } catch (error) {
    if (error instanceof ClassroomError) throw objection(`${file}: ${error.message}`, error.problems);
    throw error;
  }
}

const listed = z.object({
  accounts: z.array(
    z.object({
      name: z.string(),
      displayName: z.string(),
      role: z.string(),
      disabled: z.boolean(),
      mustChangePassword: z.boolean(),
    }),
  ),
});

export async function listAccounts(operator: OperatorClient): Promise<readonly string[]> {
  const { accounts } = listed.parse(await operator.get('/accounts'));
  const rows = accounts.map(({ name, displayName, role, disabled, mustChangePassword }) => [
    name,
    displayName,
    role,
    disabled ? 'disabled' : mustChangePassword ? 'must choose a password' : '',
  ]);
  return accounts.length === 0 ? ['There are no accounts.'] : table([['name', 'display name', 'role', ''], ...rows]);
}

/** Adds one account of any role, also the first administrator, and returns its first password. */
export async function addAccount(operator: OperatorClient, name: string, role: string): Promise<readonly string[]> {
  const { initialPassword } = told.parse(await operator.post('/accounts', { name, displayName: name, role }));
  return [
    `${name} is a new ${role}; the first password: ${initialPassword}`,
    'It is shown only now; they must choose another one.',
  ];
}

/** @throws CommandError without a role: the one that everybody has unless told otherwise is nobody's to be made by mistake */
export function requireRole(flags: readonly string[]): void {
  if (!flags.some((flag) => /^--role(?:=|$)/.test(flag)))
    throw new CommandError('Say which role: --role student, --role teacher or --role admin.');
}

/** Gives an account another role. */
export async function changeRole(operator: OperatorClient, name: string, role: string): Promise<readonly string[]> {
  await operator.post('/accounts/role', { name, role });
  return [`${name} is a ${role} now, and has to sign in again.`];
}

/** Removes an account for good and says where its files stay. */
export async function removeAccount(operator: OperatorClient, name: string): Promise<readonly string[]> {
  const { workspace } = z.object({ workspace: z.string() }).parse(await operator.post('/accounts/remove', { name }));
  return [`${name} is removed. Their files, if they had any, stay in ${workspace} until you delete them.`];
}

export async function resetPassword(operator: OperatorClient, name: string): Promise<readonly string[]> {
  const { initialPassword } = told.parse(await operator.post('/reset-password', { name }));
  return [
    `The new first password of ${name}: ${initialPassword}`,
    'It is shown only now; they must choose another one.',
  ];
}

/** The link by which somebody becomes the first administrator. */
export async function firstAdmin(operator: OperatorClient): Promise<readonly string[]> {
  const { token } = z.object({ token: z.string().nullable() }).parse(await operator.post('/first-admin', {}));
  if (token === null) return ['There is an administrator already.'];
  const { origin } = z.object({ origin: z.string() }).parse(await operator.get('/figures'));
  return [
    'Whoever opens this link first becomes the administrator; good once, for 24 hours:',
    `  ${origin}${FIRST_ADMIN_PATH}#${token}`,
    'From this terminal: npm run classroom -- account add NAME --role admin',
  ];
}
