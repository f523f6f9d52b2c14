import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { reservePort } from '@rowhouse/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMERA } from './support/camera.ts';
import { line, outcome, run } from './support/launcher.ts';

/** The ports of the household in the documents, which whatever else runs on this machine may have. */
const areHouseholdPortsFree = await Promise.all(
  [8001, 8002, 8003, 8004].map((port) => reservePort('a user', '::', port)),
)
  .then(() => true)
  .catch(() => false);

describe('what is wrong before the start', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'launcher-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'rowhouse.json');
  writeFileSync(file, JSON.stringify({ port: 'x' }));
  const cert = path.join(folder, 'cert.pem');
  const users = path.join(folder, 'users.json');
  writeFileSync(users, JSON.stringify([{ ...CAMERA, id: 'Camera!' }]));

  it.each([
    [['--port', 'abc'], {}, '--port: "abc" is not a port (1-65535)'],
    [[], { ROWHOUSE_PORT: '-1' }, 'ROWHOUSE_PORT: -1 is not a port (1-65535)'],
    [['--config', file], {}, `${file}: port: "x" is not a port (1-65535)`],
    [['--ssl-certfile', cert, '--ssl-keyfile', cert], {}, `${cert}: no such file`],
    [['--household-users', users], {}, `${users}: [0].id: lower-case letters, digits and dashes, at most 32`],
    [
      ['--port', '0', '--ping-port', '0', '--instances', '2'],
      { MAX_PROCESSES: '7' },
      '--instances: 4 user types with 2 each are 8 processes, more than the 7 of --max-processes',
    ],
  ])('is told in one line: %j %j', async (args, env, message) => {
    expect(await outcome(args, env)).toEqual({ code: 1, text: `rowhouse: ${message}\n` });
  });

  it('is told when a port is in use', async () => {
    const server = createServer().listen(0, '::');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const text = `rowhouse: the main server cannot listen on [::]:${port}: the port is in use\n`;
    expect(await outcome(['--port', String(port), '--ping-port', '0'])).toEqual({ code: 1, text });
    server.close();
  });

  it.skipIf(!areHouseholdPortsFree)(
    'is told when a user’s port is in use, and when two programs want the same',
    async () => {
      const server = createServer().listen(0, '::');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const file8 = path.join(folder, 'port.json');
      writeFileSync(file8, JSON.stringify([{ ...CAMERA, port }]));
      const ports = ['--port', '0', '--ping-port', '0', '--user-ports', 'profile', '--household-users', file8];
      const inUse = await outcome(ports);
      expect(inUse.text).toBe(`rowhouse: the process of camera cannot listen on [::]:${port}: the port is in use\n`);
      server.close();
      const same = await outcome(['--port', '8003', '--ping-port', '0', '--user-ports', 'profile']);
      expect(same.text).toContain('user "sarah" wants port 8003, which another program has');
    },
  );
});

describe('launcher', () => {
  let launcher: ChildProcess;
  let ports: { readonly main: string; readonly ping: string };
  const pids = new Map<string, number>();
  const log: { readonly id?: string; readonly msg: string; readonly pid?: number; readonly service: string }[] = [];

  beforeAll(async () => {
    launcher = run(['--port', '0', '--ping-port', '0', '--drain-s', '2']);
    createInterface({ input: launcher.stderr! }).on('line', (text) =>
      log.push(JSON.parse(text) as (typeof log)[number]),
    );
    const healthy = /^healthy: main :(\d+) \(pid (\d+)\), ping :(\d+) \(pid (\d+)\), .*; ready in [\d.]+ s$/;
    const [, main = '', mainPid, ping = '', pingPid] = await line(launcher.stdout, healthy);
    ports = { main, ping };
    pids.set('main', Number(mainPid));
    pids.set('ping', Number(pingPid));
  });
  afterAll(() => void launcher.kill('SIGKILL'));

  it('has both programs healthy on their ports', async () => {
    for (const port of [ports.main, ports.ping]) {
      const response = await fetch(`http://localhost:${port}/health`);
      expect([response.status, await response.json()]).toMatchObject([200, { status: 'ok' }]);
    }
  });

  it('names service and port on every log line', () => {
    expect(log.length).toBeGreaterThan(3);
    for (const entry of log) expect(entry).toMatchObject({ service: expect.any(String), port: expect.any(Number) });
  });

  it.skipIf(process.getuid?.() !== 0)('runs nothing that parses network input as root', () => {
    for (const pid of pids.values()) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const ids = [
        ...(/^Uid:\s+(.*)$/m.exec(status)?.[1] ?? '').split('\t'),
        ...(/^Gid:\s+(.*)$/m.exec(status)?.[1] ?? '').split('\t'),
      ];
      expect(ids).toHaveLength(8);
      expect(ids.every((id) => Number(id) > 0)).toBe(true);
      expect(/^Groups:\s*$/m.test(status)).toBe(true);
      expect(/^CapEff:\s+0+$/m.test(status)).toBe(true);
    }
  });

  it('keeps the secret out of arguments and environments', () => {
    for (const pid of pids.values()) {
      const seen = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      expect(seen).not.toMatch(/[0-9a-f]{64}/);
    }
  });

  it('starts the ping server anew when it was killed', async () => {
    const before = log.length;
    process.kill(pids.get('ping')!, 'SIGKILL');
    const found = () => log.slice(before).find((entry) => entry.id === 'ping' && entry.msg === 'child-ready');
    while (!found()) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await fetch(`http://localhost:${ports.ping}/ping`)).status).toBe(200);
    const restarted = log.slice(before).find((entry) => entry.id === 'ping' && entry.msg === 'child-started');
    pids.set('ping', restarted?.pid ?? 0);
  });

  it('stops in good order at one Ctrl-C, which npm doubles, with code 0 and nothing left behind', async () => {
    const exited = once(launcher, 'close');
    const stopping = line(launcher.stdout, /^Stopping/);
    for (let each = 0; each < 2; each += 1) launcher.kill('SIGINT');
    await stopping;
    expect(await exited).toEqual([0, null]);
    for (const pid of pids.values()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    const ends = log.filter((entry) => entry.msg === 'child-exited').slice(-2);
    expect(ends).toMatchObject([{ code: 0 }, { code: 0 }]);
  });
});

describe('a stop while it starts', () => {
  it('ends with code 0', async () => {
    const launcher = run(['--port', '0', '--ping-port', '0']);
    await line(launcher.stdout, /is starting/);
    launcher.kill('SIGTERM');
    expect(await once(launcher, 'exit')).toEqual([0, null]);
  });
});
