import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createStopper, listen, reservePort, ServiceError, watchLoopDelay } from '../src/index.ts';

const start = async (handler: (request: IncomingMessage, response: ServerResponse) => void = () => {}) => {
  const server = createServer(handler);
  const stopper = createStopper(server);
  const port = await listen(server, 'test', '127.0.0.1', 0);
  return { server, stopper, port };
};

describe('createStopper', () => {
  it('lets a running request finish, refuses new connections, and closes idle ones', async () => {
    let finish: (() => void) | undefined;
    const { stopper, port, server } = await start((_request, response) => {
      response.write('begun ');
      finish = () => response.end('finished');
    });
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const [response] = (await once(get({ port, host: '127.0.0.1' }), 'response')) as [IncomingMessage];
    const idleClosed = once(idle, 'close');
    const stopped = stopper.stop(5000);
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
    finish?.();
    let body = '';
    for await (const chunk of response) body += String(chunk);
    expect(body).toBe('begun finished');
    idle.destroy();
    await idleClosed;
    expect(await stopped).toBe(0);
    expect(server.listening).toBe(false);
  });

  it('destroys what is left at the deadline, upgraded connections too', async () => {
    const { server, stopper, port } = await start();
    server.on('upgrade', (_request, socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(client, 'data');
    const closed = once(client, 'close');
    expect(await stopper.stop(50)).toBe(1);
    await closed;
  });
});

describe('listen', () => {
  it('says which server cannot have which port, and why', async () => {
    const { port, stopper } = await start();
    const failure = await reservePort('the page', '127.0.0.1', port).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect((failure as ServiceError).message).toBe(`the page cannot listen on 127.0.0.1:${port}: the port is in use`);
    await stopper.stop(0);
    expect(await reservePort('the page', '127.0.0.1', port)).toBe(port);
  });
});

describe('watchLoopDelay', () => {
  it('sees a blocked loop and forgets it after it was asked', async () => {
    const delay = watchLoopDelay();
    // Longer than its timer, so that this has run before, however late both are.
    const turn = () => new Promise((resolve) => setTimeout(resolve, 60));
    await turn();
    const untilMs = performance.now() + 150;
    while (performance.now() < untilMs);
    await turn();
    expect(delay.takeWorstMs()).toBeGreaterThan(90);
    expect(delay.takeWorstMs()).toBe(0);
    delay.stop();
  });
});

describe('dropPrivileges', () => {
  it.skipIf(process.getuid?.() !== 0)('gives up root for good', () => {
    const program = `
      import { dropPrivileges } from ${JSON.stringify(path.join(import.meta.dirname, '../src/privileges.ts'))};
      dropPrivileges('nobody');
      let regained = true;
      try { process.setuid(0); } catch { regained = false; }
      console.log(JSON.stringify({ uid: process.getuid(), euid: process.geteuid(), gid: process.getgid(), groups: process.getgroups(), regained }));`;
    const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    const state = JSON.parse(output) as { uid: number; euid: number; gid: number; groups: number[]; regained: boolean };
    expect(state.uid).toBeGreaterThan(0);
    expect(state.euid).toBe(state.uid);
    expect(state.gid).toBeGreaterThan(0);
    expect(state.groups.filter((group) => group !== state.gid)).toEqual([]);
    expect(state.regained).toBe(false);
  });
});
