import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import path from 'node:path';
import { MAIN_PATHS, ticketSchema } from '@rowhouse/bufferbloat-protocol';
import { firstLine, startSystem } from '@rowhouse/e2e';
import { family } from '../shared/processes.ts';
import { runProgram } from '../shared/programs.ts';
import { loopback } from '../shared/tickets.ts';
import type { BareSettings } from './programs/bare.ts';
import type { Certificate } from './certificate.ts';
import { startNginx } from './nginx.ts';

/** A server in the race: where to load it and whose CPU time counts. */
export interface Contender {
  readonly port: number;
  readonly pids: readonly number[];
  readonly requests: number;
  /** Path and query for one job. */
  target(): Promise<string>;
}

export type ContenderName = 'rowhouse' | 'nginx' | 'bare';
type Undo = (step: () => unknown) => void;

/** The contenders of one direction with or without TLS; nginx is missing where it is not installed, or cannot take part. */
export type Field = Partial<Record<ContenderName, Contender>>;

/** Pipelined, so that a file of 256 MiB lasts for the whole window. */
const NGINX_REQUESTS = 100;

/** Starts the built product, nginx and the bare servers. */
export async function startServers(certificate: Certificate, undo: Undo): Promise<(key: FieldKey) => Field> {
  const nginx = await startNginx(certificate);
  undo(() => nginx?.stop());
  const fields = new Map<string, Field>();
  for (const encrypted of [false, true]) {
    const args = encrypted ? ['--ssl-certfile', certificate.certFile, '--ssl-keyfile', certificate.keyFile] : [];
    const system = await startSystem(args);
    undo(() => system.stop());
    const pids = family(system.process.pid ?? 0);
    const ours = (endpoint: string): Contender => ({
      port: system.mainPort,
      pids,
      requests: 1,
      target: async () => `${endpoint}?token=${await takeToken(system.mainPort, encrypted)}`,
    });
    const tls = encrypted ? { cert: certificate.cert, key: certificate.key } : null;
    const nginxHere = nginx && {
      port: encrypted ? nginx.tlsPort : nginx.plainPort,
      pids: family(nginx.pid),
      requests: NGINX_REQUESTS,
      target: async () => nginx.target,
    };
    fields.set(keyOf({ direction: 'download', encrypted }), {
      rowhouse: ours(MAIN_PATHS.download),
      bare: await startBare({ role: 'write', tls }, undo),
      ...(nginxHere ? { nginx: nginxHere } : {}),
    });
    fields.set(keyOf({ direction: 'upload', encrypted }), {
      rowhouse: ours(MAIN_PATHS.upload),
      bare: await startBare({ role: 'read', tls }, undo),
    });
  }
  return (key) => fields.get(keyOf(key)) ?? {};
}

export interface FieldKey {
  readonly direction: 'download' | 'upload';
  readonly encrypted: boolean;
}

const keyOf = ({ direction, encrypted }: FieldKey): string => `${direction} ${encrypted}`;

async function startBare(settings: BareSettings, undo: Undo): Promise<Contender> {
  const program = runProgram(path.join(import.meta.dirname, 'programs/bare.ts'), settings);
  undo(() => program.kill());
  const [, port] = await firstLine(program.process.stdout, /^port (\d+)$/);
  return { port: Number(port), pids: family(program.process.pid ?? 0), requests: 1, target: async () => '/' };
}

let taken = 0;

/** A test's token; each asks from an address of its own, because tests are limited by address. */
async function takeToken(port: number, encrypted: boolean): Promise<string> {
  const options = {
    host: '127.0.0.1',
    port,
    path: MAIN_PATHS.tests,
    method: 'POST',
    localAddress: loopback(taken++),
    agent: false,
  } as const;
  const request = encrypted ? requestHttps({ ...options, rejectUnauthorized: false }) : requestHttp(options);
  request.end();
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  let text = '';
  for await (const chunk of response) text += chunk.toString();
  return encodeURIComponent(ticketSchema.parse(JSON.parse(text)).token);
}
