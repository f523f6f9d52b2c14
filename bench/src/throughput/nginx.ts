import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const FILE_BYTES = 256 * 2 ** 20;
const PROGRAMS = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'];

export interface Nginx {
  readonly pid: number;
  readonly plainPort: number;
  readonly tlsPort: number;
  readonly target: string;
  stop(): Promise<void>;
}

/** nginx with one worker, a static file in the page cache and sendfile; `undefined` when it is not installed. */
export async function startNginx(tls: { cert: string; key: string }): Promise<Nginx | undefined> {
  const program = PROGRAMS.find((file) => existsSync(file));
  if (program === undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-nginx-'));
  chmodSync(folder, 0o755); // its worker runs as another user
  writeFileSync(path.join(folder, 'load'), randomFillSync(Buffer.allocUnsafe(FILE_BYTES)));
  writeFileSync(path.join(folder, 'cert.pem'), tls.cert);
  writeFileSync(path.join(folder, 'key.pem'), tls.key, { mode: 0o600 });
  const plainPort = await freePort();
  const tlsPort = await freePort();
  const config = path.join(folder, 'nginx.conf');
  writeFileSync(config, configuration(folder, plainPort, tlsPort));
  const nginx = spawn(program, ['-c', config, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(nginx, 'exit');
  const stop = async () => {
    nginx.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true });
  };
  if (nginx.pid === undefined || !(await accepts(plainPort))) {
    await stop();
    throw new Error('nginx did not start');
  }
  return { pid: nginx.pid, plainPort, tlsPort, target: '/load', stop };
}

function configuration(folder: string, plainPort: number, tlsPort: number): string {
  return `
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ssl_certificate ${folder}/cert.pem;
  ssl_certificate_key ${folder}/key.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  server {
    listen 127.0.0.1:${plainPort};
    listen 127.0.0.1:${tlsPort} ssl;
    root ${folder};
    default_type application/octet-stream;
  }
}
`;
}

async function accepts(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return true;
    await sleep(50);
  }
  return false;
}
