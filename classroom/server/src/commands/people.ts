import { readFile } from 'node:fs/promises';
import { systemReason } from '@rowhouse/service';
import * as z from 'zod';
import { rosterText } from '../accounts/roster.ts';
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

export async function listRoster(operator: OperatorClient): Promise<readonly string[]> {
  const { accounts } = listed.parse(await operator.get('/accounts'));
  const rows = accounts.map(({ name, displayName, role, disabled, mustChangePassword }) => [
    name,
    displayName,
    role,
    disabled ? 'disabled' : mustChangePassword ? 'has not signed in yet' : '',
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

export async function resetPassword(operator: OperatorClient, name: string): Promise<readonly string[]> {
  const { initialPassword } = told.parse(await operator.post('/reset-password', { name }));
  return [
    `The new first password of ${name}: ${initialPassword}`,
    'It is shown only now; they must choose another one.',
  ];
}

/** A new link for the first administrator, for whom the first one got lost. */
export async function firstAdmin(operator: OperatorClient): Promise<readonly string[]> {
  const { token } = z.object({ token: z.string().nullable() }).parse(await operator.post('/first-admin', {}));
  if (token === null) return ['There is an administrator already.'];
  const { origin } = z.object({ origin: z.string() }).parse(await operator.get('/figures'));
  return [
    'This link makes the first administrator; it works once, within 24 hours:',
    `  ${origin}/first-admin#${token}`,
  ];
}
