import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { HOUSEHOLD_PROFILES, ticketSchema, type Ticket } from '@rowhouse/bufferbloat-protocol';
import { createLogger, type TlsMaterial } from '@rowhouse/service';
import { createGuard, GUARD_DEFAULTS, type GuardLimits, type GuardSettings } from '../../src/guard/index.ts';
import { ownProcesses } from '../../src/main-server/own-process.ts';
import { createMainServer, type MainServer } from '../../src/main-server/server.ts';
import type { Pages } from '../../src/main-server/pages.ts';
import type { HouseholdSettings } from '../../src/settings.ts';
import { loadLibc } from '../../src/tcp/index.ts';

export interface Started extends AsyncDisposable {
  readonly server: MainServer;
  readonly port: number;
  readonly origin: string;
  readonly congestionControl: string;
  ticket(): Promise<Ticket>;
  /** A raw connection, TLS if the server has it. */
  socket(): Promise<Socket>;
}

export interface StartOptions {
  readonly limits?: Partial<GuardLimits>;
  readonly guard?: Partial<GuardSettings>;
  readonly household?: Partial<HouseholdSettings>;
  readonly stallMs?: number;
  readonly tls?: TlsMaterial;
  readonly pages?: Pages;
  /** Without the C library, as on a platform that is not Linux. */
  readonly bare?: boolean;
}

/** Shared by all processes of a test. */
export const SECRET = Buffer.alloc(32, 7);

/** The real main server on a free port of 127.0.0.1. */
export async function start(options: StartOptions = {}): Promise<Started> {
  const limits = { ...GUARD_DEFAULTS.limits, ...options.limits };
  const server = createMainServer({
    guard: createGuard({ settings: { ...GUARD_DEFAULTS, ...options.guard, limits }, secret: SECRET }),
    log: createLogger({ service: 'main', port: 0, level: 'silent' }),
    pages: options.pages ?? new Map(),
    version: '0.0.0',
    tls: options.tls ?? null,
    pingPort: 8005,
    ping: () => undefined,
    household: { profiles: HOUSEHOLD_PROFILES, processes: [], sessionsPerProcess: 50, ...options.household },
    own: ownProcesses('127.0.0.1', options.tls !== undefined),
    limits,
    libc: options.bare ? 'not available here' : await loadLibc(),
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
  });
  const { port, congestionControl } = await server.listen('127.0.0.1', 0);
  const origin = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    server,
    port,
    origin,
    congestionControl,
    async ticket() {
      const response = await fetch(`${origin}/tests`, { method: 'POST' });
      return ticketSchema.parse(await response.json());
    },
    async socket() {
      const socket = options.tls
        ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
        : connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, options.tls ? 'secureConnect' : 'connect');
      return socket;
    },
    [Symbol.asyncDispose]: () => server.stop(0),
  };
}

/** A certificate for this test run only. */
export function selfSigned(): TlsMaterial {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-cert-'));
  try {
    const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', [...args, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Resolves when the condition holds; it is looked at every few milliseconds. Rejects after `withinMs`. */
export async function until(condition: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not true within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves after so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when a figure of this process has been the same over many turns of its event loop. */
export async function standstill(figure: () => number): Promise<void> {
  for (let before = Number.NaN; before !== figure(); await turns(100)) before = figure();
}

/** Resolves when a socket is closed, with or without an error. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));

/** Sends a request head over a raw socket. */
export function sendHead(socket: Socket, method: string, target: string, headers: readonly string[] = []): void {
  socket.write([`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n'));
}

/** Everything a socket receives until it closes. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closed(socket);
  return Buffer.concat(chunks);
}
