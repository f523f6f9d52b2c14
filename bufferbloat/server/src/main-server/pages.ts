import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { SECURITY_HEADERS } from '../guard/index.ts';

/** One file of the page, ready to be sent. */
export interface Page {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  /** By content coding; `identity` always, the others where they are smaller. */
  readonly bodies: Readonly<Partial<Record<Coding, Buffer>>> & { readonly identity: Buffer };
}

type Coding = 'br' | 'gzip' | 'identity';

/** The page's files by URL path; empty when it has not been built. */
export type Pages = ReadonlyMap<string, Page>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = /^text\/|json|svg/;
/** Vite names these after their content. */
const HASHED = '/assets/';

/** Reads all files into memory, compressed as well, so that afterwards no request touches the disk. */
export function loadPages(folder: string): Pages {
  const pages = new Map<string, Page>();
  for (const file of filesIn(folder)) {
    const url = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    const page = createPage(url, readFileSync(file));
    pages.set(url, page);
    if (url === '/index.html') pages.set('/', page);
  }
  return pages;
}

export function createPage(url: string, body: Buffer): Page {
  const type = TYPES[path.extname(url)] ?? 'application/octet-stream';
  const smaller = (packed: Buffer) => (packed.byteLength < body.byteLength ? packed : undefined);
  const br = COMPRESSIBLE.test(type) ? smaller(brotliCompressSync(body, BROTLI)) : undefined;
  const gzip = COMPRESSIBLE.test(type) ? smaller(gzipSync(body, { level: 9 })) : undefined;
  return {
    type,
    // Weak: the same page in another coding is the same page.
    etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    cacheControl: url.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    bodies: { identity: body, ...(br ? { br } : {}), ...(gzip ? { gzip } : {}) },
  };
}

/** Quality 9 packs a page in a few milliseconds; 11 takes ten times as long for 3 % less. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Answers GET and HEAD for one file. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: Page): void {
  const headers = {
    ...SECURITY_HEADERS,
    'cache-control': page.cacheControl,
    etag: page.etag,
    vary: 'accept-encoding',
  };
  if (request.headers['if-none-match']?.includes(page.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const coding = bestCoding(request.headers['accept-encoding'], page);
  const body = page.bodies[coding] ?? page.bodies.identity;
  response.writeHead(200, {
    ...headers,
    'content-type': page.type,
    'content-length': body.byteLength,
    ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Answers for a page that has not been built. */
export function sendNoPage(response: ServerResponse): void {
  response
    .writeHead(503, { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end('The page has not been built. Run "npm run build" and start the server again.\n');
}

function bestCoding(accepted: string | undefined, page: Page): Coding {
  const codings = new Set(
    (accepted ?? '')
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
      .map((part) => part.split(';')[0]),
  );
  if (page.bodies.br && codings.has('br')) return 'br';
  return page.bodies.gzip && codings.has('gzip') ? 'gzip' : 'identity';
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  } catch {
    return []; // not built
  }
}
