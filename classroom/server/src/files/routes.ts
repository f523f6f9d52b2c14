import type { Limits } from '@rowhouse/classroom-protocol';
import type { Room, RoomFiles, RoomOwner, Rooms } from '@rowhouse/classroom-runtime';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import * as z from 'zod';
import type { Accounts } from '../accounts/api.ts';
import { ClassroomError } from '../http/errors.ts';
import type { AccountRecord, Authenticate, SessionEvents } from '../sessions/api.ts';
import { mayLookAt } from '../socket/reach.ts';
import { announced, boundedBody } from './body.ts';
import { attachment } from './disposition.ts';
import { badRequest, fileAnswer } from './errors.ts';
import { etagOf, expectedVersion, isKnown } from './precondition.ts';

export interface FileRoutes {
  readonly rooms: Rooms;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly authenticate: Authenticate;
  readonly sessions: Pick<SessionEvents, 'touch'>;
  readonly ownerOf: (account: AccountRecord) => RoomOwner;
  readonly limits: Limits;
}

/** By `/`, without a leading one; what it may not be is decided beneath the workspace's root. */
const filePath = z.string().min(1).max(1024);
const folderQuery = z.object({ path: z.string().max(1024).default(''), user: z.string().max(64).optional() });
const fileQuery = z.object({ path: filePath, user: z.string().max(64).optional() });
const removeQuery = z.object({ path: filePath, recursive: z.stringbool().default(false) });
const folderBody = z.strictObject({ path: filePath });
const renameBody = z.strictObject({ path: filePath, to: filePath });
const NAMES_BYTES = 16 * 1024;

/** `/api/files/…`: all of it happens in the student's room, as the student. */
export function fileRoutes(options: FileRoutes): (app: FastifyInstance) => Promise<void> {
  const { limits } = options;
  return async (app) => {
    app.setErrorHandler(answerError);
    // Contents come as they are, whatever they claim to be; no length but a file's own bounds them.
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
      scope.put(
        '/api/files/content',
        { bodyLimit: limits.fileBytes, config: { largeBody: true } },
        async (request, reply) => {
          const { path } = parse(fileQuery.omit({ user: true }).strict(), request.query);
          const { files } = await ownRoom(options, request);
          const expected = expectedVersion(request.headers);
          const body = boundedBody(request.raw, path, limits.fileBytes);
          const { version } = await files.write(path, body, expected);
          return reply
            .code(expected === null ? 201 : 200)
            .header('etag', etagOf(version))
            .send({ path, version });
        },
      );
    });
    app.get('/api/files/list', async (request) => {
      const { path, user } = parse(folderQuery, request.query);
      const { files } = await readableRoom(options, request, user);
      return { path, entries: await files.list(path) };
    });
    app.get('/api/files/content', { exposeHeadRoute: false }, async (request, reply) => {
      const { path, user } = parse(fileQuery, request.query);
      const { files } = await readableRoom(options, request, user);
      return sendContent(files, path, request, reply);
    });
    app.delete('/api/files/content', async (request, reply) => {
      const { path, recursive } = parse(removeQuery.strict(), request.query);
      const { files } = await ownRoom(options, request);
      await files.remove(path, recursive);
      return reply.code(204).send();
    });
    app.post('/api/files/folder', { bodyLimit: NAMES_BYTES }, async (request, reply) => {
      const { path } = parse(folderBody, request.body);
      const { files } = await ownRoom(options, request);
      await files.createFolder(path);
      return reply.code(201).send({ path });
    });
    app.post('/api/files/rename', { bodyLimit: NAMES_BYTES }, async (request) => {
      const { path, to } = parse(renameBody, request.body);
      const { files } = await ownRoom(options, request);
      await files.rename(path, to);
      return { path: to };
    });
    app.get('/api/files/usage', async (request) => {
      const { user } = parse(folderQuery, request.query);
      const { files } = await readableRoom(options, request, user);
      const { bytes, files: count } = await files.usage();
      return { bytes, files: count, limitBytes: limits.diskBytes, limitFiles: limits.diskFiles };
    });
  };
}

async function sendContent(
  files: RoomFiles,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // Asked for before the content, which would otherwise be read for nothing.
  if (request.headers['if-none-match'] !== undefined) {
    const { version } = await files.stat(path);
    if (isKnown(request.headers, version)) return reply.code(304).header('etag', etagOf(version)).send();
  }
  const { version, sizeBytes, content } = await files.read(path);
  return reply
    .header('etag', etagOf(version))
    .header('content-type', 'application/octet-stream')
    .header('content-disposition', attachment(path))
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, no-cache')
    .header('content-length', sizeBytes)
    .send(Readable.from(announced(content, sizeBytes), { objectMode: false, highWaterMark: 64 * 1024 }));
}

async function ownRoom(options: FileRoutes, request: FastifyRequest): Promise<Room> {
  const { account, session } = await options.authenticate(request.raw);
  options.sessions.touch(session.id);
  return options.rooms.open(options.ownerOf(account));
}

/** One's own room, or a student's for their teacher. @throws ClassroomError `not-allowed`, `no-such-account` */
async function readableRoom(options: FileRoutes, request: FastifyRequest, user: string | undefined): Promise<Room> {
  const { authenticate, accounts, rooms, ownerOf } = options;
  const { account, session } = await authenticate(request.raw);
  options.sessions.touch(session.id);
  if (user === undefined || user === account.id) return rooms.open(ownerOf(account));
  if (!(await mayLookAt(account, user, accounts))) throw new ClassroomError('not-allowed');
  const owner = await accounts.find(user);
  if (!owner) throw new ClassroomError('no-such-account');
  return rooms.open(ownerOf(owner));
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.join('.') ?? '';
  throw badRequest(field === '' ? 'The request is not what is expected here.' : `"${field}" is not as expected.`);
}

/** Errors of rooms by their own codes; all others are for the whole server's handler. */
function answerError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const answer = fileAnswer(error);
  if (!answer) throw error;
  if (answer.retryAfterS !== undefined) reply.header('retry-after', answer.retryAfterS);
  // A body that was not read to its end would be taken for the next request.
  if (answer.status === 413) reply.header('connection', 'close');
  void reply.code(answer.status).send({ error: answer.error });
}
