import type { IncomingMessage } from 'node:http';
import {
  accountNameSchema,
  accountSchema,
  newAccountSchema,
  roleSchema,
  type Account,
} from '@rowhouse/classroom-protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Accounts, Actor, WithPassword } from '../accounts/api.ts';
import { displayNameSchema } from '../accounts/names.ts';
import { rosterText } from '../accounts/roster.ts';
import { readAudit } from '../db/audit-log.ts';
import type { Store } from '../db/api.ts';
import type { AccountRecord, Authenticate } from '../sessions/api.ts';
import { ClassroomError } from './errors.ts';
import { checked } from './input.ts';

/** A thousand rows with room to spare. */
const ROSTER_BYTES = 512 * 1024;

const idSchema = z.object({ id: z.string().regex(/^[a-z0-9-]{1,36}$/) });
const newSchema = newAccountSchema.extend({ displayName: displayNameSchema });
const changeSchema = z
  .strictObject({ name: accountNameSchema, displayName: displayNameSchema, role: roleSchema, disabled: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change');
const auditQuerySchema = z.object({
  /** Only what came before this entry. */
  before: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export interface AccountRoutesOptions {
  readonly authenticate: Authenticate;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly accounts: Accounts;
  readonly store: Store;
}

/** Accounts, for teachers (students) and admins (everyone); what was done, for admins. */
export function accountRoutes(options: AccountRoutesOptions): (app: FastifyInstance) => Promise<void> {
  const { authenticate, addressOf, accounts, store } = options;
  /** Before anything is read: who may not, learns nothing of what is expected. */
  const staff = async ({ raw }: FastifyRequest): Promise<Actor & { readonly account: AccountRecord }> => {
    const { account } = await authenticate(raw);
    if (account.role === 'student') throw new ClassroomError('not-allowed');
    return { account, ip: addressOf(raw) };
  };

  return async (app) => {
    app.get('/api/accounts', async (request) => {
      return { accounts: (await accounts.list(await staff(request))).map(shown) };
    });

    app.post('/api/accounts', async (request, reply) => {
      const actor = await staff(request);
      const created = await accounts.create(actor, checked(newSchema, request.body));
      reply.code(201);
      return shownWithPassword(created);
    });

    app.patch('/api/accounts/:id', async (request) => {
      const actor = await staff(request);
      const { id } = idOf(request);
      return { account: shown(await accounts.change(actor, id, checked(changeSchema, request.body))) };
    });

    app.delete('/api/accounts/:id', async (request, reply) => {
      const actor = await staff(request);
      await accounts.remove(actor, idOf(request).id);
      reply.code(204);
    });

    app.post('/api/accounts/:id/reset-password', async (request) => {
      const actor = await staff(request);
      return shownWithPassword(await accounts.resetPassword(actor, idOf(request).id));
    });

    app.get('/api/audit', async (request) => {
      const { account } = await staff(request);
      if (account.role !== 'admin') throw new ClassroomError('not-allowed');
      const { before, limit } = checked(auditQuerySchema, request.query);
      return { entries: await store.query((db) => readAudit(db, before, limit)) };
    });

    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        'text/csv',
        { parseAs: 'buffer', bodyLimit: ROSTER_BYTES },
        async (_request: FastifyRequest, body: Buffer) => body,
      );
      scope.post('/api/roster', { bodyLimit: ROSTER_BYTES }, async (request, reply) => {
        const actor = await staff(request);
        const imported = await accounts.importRoster(actor, decode(request.body));
        reply.code(201);
        return { accounts: imported.map(shownWithPassword) };
      });
    });
  };
}

function idOf(request: FastifyRequest): { readonly id: string } {
  const id = idSchema.safeParse(request.params);
  if (!id.success) throw new ClassroomError('no-such-account');
  return id.data;
}

function decode(body: unknown): string {
  if (!(body instanceof Buffer)) throw new ClassroomError('bad-request', { message: 'There is no list.' });
  return rosterText(body);
}

/** Without what only the server knows. */
function shown(account: AccountRecord): Account {
  return accountSchema.parse(account);
}

function shownWithPassword({ account, initialPassword }: WithPassword): { account: Account; initialPassword: string } {
  return { account: shown(account), initialPassword };
}
