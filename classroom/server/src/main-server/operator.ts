import { newAccountSchema, roleSchema } from '@rowhouse/classroom-protocol';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import type { Logger } from '@rowhouse/service';
import * as z from 'zod';
import type { Accounts, Actor, WithPassword } from '../accounts/api.ts';
import { ClassroomError } from '../http/errors.ts';

/** What the operator's commands may ask for. */
export interface OperatorDesk {
  readonly accounts: Accounts;
  readonly offerFirstAdmin: () => Promise<string | undefined>;
  readonly dataFolder: string;
  /** Figures for `status` and for measuring. */
  readonly figures: () => object;
}

/** Whoever can enter the socket's folder is root or the server's own user: to them belongs all there is here anyway. */
const OPERATOR: Actor = { account: null, ip: null };
const BODY_BYTES = 1024 * 1024;
const BAD_ACCOUNT =
  'An account has a name of 1 to 32 small letters, digits, dots, dashes and underscores, and is a student, teacher or admin.';

const rosterBody = z.strictObject({ csv: z.string() });
const nameBody = z.strictObject({ name: z.string() });
const roleBody = z.strictObject({ name: z.string(), role: roleSchema });

/** Answers the operator's commands on a Unix socket; the file system says who may ask. */
export async function listenForOperator(socket: string, desk: OperatorDesk, log: Logger): Promise<Server> {
  const server = createServer((request, response) => {
    answer(desk, request).then(
      (body) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(body)),
      (error: unknown) => {
        const known = error instanceof ClassroomError ? error : new ClassroomError('internal');
        if (known !== error) log.error({ err: error }, 'a command of the operator failed');
        const { code, message, problems } = known;
        response.writeHead(known.status, JSON_TYPE).end(JSON.stringify({ error: { code, message, problems } }));
      },
    );
  });
  rmSync(socket, { force: true }); // of an earlier life: the folder is ours alone
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return server;
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function answer(desk: OperatorDesk, request: IncomingMessage): Promise<object> {
  const { accounts, offerFirstAdmin, figures, dataFolder } = desk;
  const named = async (name: string): Promise<string> => {
    const account = await accounts.findByName(name.trim().toLowerCase());
    if (!account) throw new ClassroomError('no-such-account', { message: `There is no account named "${name}".` });
    return account.id;
  };
  switch (`${request.method} ${request.url}`) {
    case 'GET /figures':
      return figures();
    case 'GET /accounts':
      return { accounts: await accounts.list(OPERATOR) };
    case 'POST /roster': {
      const { csv } = rosterBody.parse(await bodyOf(request));
      return { accounts: (await accounts.importRoster(OPERATOR, csv)).map(told) };
    }
    case 'POST /accounts': {
      const account = newAccountSchema.safeParse(await bodyOf(request));
      if (!account.success) throw new ClassroomError('bad-request', { message: BAD_ACCOUNT });
      return told(await accounts.create(OPERATOR, account.data));
    }
    case 'POST /reset-password': {
      const { name } = nameBody.parse(await bodyOf(request));
      return told(await accounts.resetPassword(OPERATOR, await named(name)));
    }
    case 'POST /accounts/role': {
      const { name, role } = roleBody.parse(await bodyOf(request));
      return { role: (await accounts.change(OPERATOR, await named(name), { role })).role };
    }
    case 'POST /accounts/remove': {
      const { name } = nameBody.parse(await bodyOf(request));
      const { id } = await accounts.remove(OPERATOR, await named(name));
      return { workspace: path.join(dataFolder, 'workspaces', id) };
    }
    case 'POST /first-admin':
      return { token: (await offerFirstAdmin()) ?? null };
    default:
      throw new ClassroomError('not-found');
  }
}

const told = ({ account, initialPassword }: WithPassword) => ({
  name: account.name,
  displayName: account.displayName,
  role: account.role,
  initialPassword,
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new ClassroomError('too-large');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
}
