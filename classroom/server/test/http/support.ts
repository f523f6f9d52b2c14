import { once } from 'node:events';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Role } from '@rowhouse/classroom-protocol';
import { createLogger } from '@rowhouse/service';
import { type Clock, systemClock } from '@rowhouse/supervisor';
import { sql } from 'kysely';
import type { Store } from '../../src/db/api.ts';
import { createStore } from '../../src/db/store.ts';
import { createHttp, type Http, type HttpOptions } from '../../src/http/app.ts';

export const log = createLogger({ service: 'test', port: 0, level: process.env.ROWHOUSE_TEST_LOG ?? 'silent' });

/** The time, which can be turned forward: what is due by then happens at once. */
export function turnableClock(): Clock & { turn(ms: number): void } {
  let aheadMs = 0;
  const waiting = new Set<{ readonly dueMs: number; fire(): void }>();
  const nowMs = () => systemClock.nowMs() + aheadMs;
  return {
    nowMs,
    epochMs: () => systemClock.epochMs() + aheadMs,
    after(delayMs, run) {
      const cancel = () => {
        cancelTimer();
        waiting.delete(entry);
      };
      const fire = () => {
        cancel();
        run();
      };
      const cancelTimer = systemClock.after(delayMs, fire);
      const entry = { dueMs: nowMs() + delayMs, fire };
      waiting.add(entry);
      return cancel;
    },
    turn(ms) {
      aheadMs += ms;
      // What they start in turn is not due yet.
      const due = [...waiting].filter(({ dueMs }) => dueMs <= nowMs());
      for (const entry of due) entry.fire();
    },
  };
}

export interface TestServer {
  readonly http: Http;
  readonly store: Store;
  readonly port: number;
  readonly clock: ReturnType<typeof turnableClock>;
  client(): Client;
  /** Makes the account and signs in with it; its password is its own already. */
  signedIn(name: string, role: Role): Promise<Client>;
  /** Accounts whose rooms were to be closed. */
  readonly closedRooms: readonly string[];
  stop(): Promise<void>;
}

export const PASSWORD = 'correct horse battery';

export async function startServer(folder: string, options: Partial<HttpOptions> = {}): Promise<TestServer> {
  const clock = turnableClock();
  const store = createStore({
    address: { kind: 'embedded', folder: `${folder}/database` },
    log,
    clock,
    classClock: clock,
  });
  await whenUp(store);
  const closedRooms: string[] = [];
  const closeRoom = async (account: string) => void closedRooms.push(account);
  const http = createHttp({ store, log, clock, tls: null, closeRoom, ...options });
  await http.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = http.app.server.address() as AddressInfo;
  const client = () => createClient(port);
  return {
    http,
    store,
    port,
    clock,
    closedRooms,
    client,
    async signedIn(name, role) {
      const account = { name, displayName: name, role, password: PASSWORD, mustChangePassword: false };
      await http.accounts.create({ account: null, ip: null }, account);
      const who = client();
      const { status } = await who.signIn(name, PASSWORD);
      if (status !== 200) throw new Error(`sign-in of ${name}: ${status}`);
      return who;
    },
    async stop() {
      http.stop();
      http.app.server.closeAllConnections();
      await http.app.close();
      await store.close(2_000);
    },
  };
}

export function whenUp(store: Store): Promise<void> {
  return new Promise((resolve) => {
    const stop: { listening?: () => void } = {};
    stop.listening = store.onUp((up) => {
      if (!up) return;
      queueMicrotask(() => stop.listening?.());
      resolve();
    });
  });
}

export async function emptyTables(store: Store): Promise<void> {
  await store.query((db) => sql`TRUNCATE accounts, sessions, processes, limits_reached, audit`.execute(db));
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // What is asked of it is the test's business.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  readonly tookMs: number;
}

export interface Client {
  cookie: string;
  /** By which the classroom knows the browser. */
  browserCookie: string;
  csrf: string;
  signIn(name: string, password: string): Promise<Answer>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** Sends like a browser that has loaded our page: with cookie, `Origin` and token. A header given as '' is left out. */
export function createClient(port: number): Client {
  const origin = `http://127.0.0.1:${port}`;
  const client: Client = {
    cookie: '',
    browserCookie: '',
    csrf: '',
    async signIn(name, password) {
      const answer = await client.send('POST', '/api/session', { name, password });
      if (answer.status === 200) client.csrf = answer.body.csrfToken;
      return answer;
    },
    async send(method, path, body, headers = {}) {
      const isText = typeof body === 'string' || body instanceof Buffer;
      const payload = body === undefined ? undefined : isText ? body : JSON.stringify(body);
      const all: Record<string, string> = {
        origin,
        cookie: client.cookie,
        'x-csrf-token': client.csrf,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      };
      const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
      const answer = await exchange(port, method, path, sent, payload);
      for (const header of answer.headers['set-cookie'] ?? []) {
        const [cookie = ''] = header.split(';');
        if (cookie.includes('-browser=')) client.browserCookie = cookie;
        else client.cookie = cookie;
      }
      return answer;
    },
  };
  return client;
}

async function exchange(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  payload: string | Buffer | undefined,
): Promise<Answer> {
  const startMs = performance.now();
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false, timeout: 15_000 });
  request.on('timeout', () => request.destroy(new Error(`${method} ${path} hangs`)));
  request.end(payload);
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = String(response.headers['content-type']).includes('json') && text !== '';
  const body = isJson ? JSON.parse(text) : text;
  return { status: response.statusCode, headers: response.headers, body, tookMs: performance.now() - startMs };
}
