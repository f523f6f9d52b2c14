import type { FastifyInstance } from 'fastify';
import { PAGE } from './page.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export const FIRST_ADMIN_PATH = '/first-admin';

/** What the one-time link opens; the token is behind its `#`, so no log and no other site ever sees it. */
export async function firstAdminRoutes(app: FastifyInstance): Promise<void> {
  const file = (path: string, type: string, content: string) =>
    app.get(path, async (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(content));
  file(FIRST_ADMIN_PATH, 'text/html; charset=utf-8', PAGE);
  file(`${FIRST_ADMIN_PATH}.js`, 'text/javascript; charset=utf-8', SCRIPT);
  file(`${FIRST_ADMIN_PATH}.css`, 'text/css; charset=utf-8', STYLE);
}
