import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { networks } from '../src/guard/address.ts';
import { createConnections } from '../src/guard/connections.ts';
import { GUARD_DEFAULTS } from '../src/guard/settings.ts';

const IDLE_MS = 300;
/** So long that a busy machine does not take longer from one piece to the next. */
const PATIENT_MS = 1500;

describe('a connection that lies still', () => {
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(Buffer.alloc(32 * 2 ** 20));
      return;
    }
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
    });
    request.on('end', () => response.end(String(bytes)));
  });
  const webSockets = new WebSocketServer({ noServer: true });
  const connections = createConnections(GUARD_DEFAULTS.limits, networks([]), IDLE_MS);
  connections.watch(server);
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('message', (data: Buffer) => opened.send(data));
    });
  });
  let port = 0;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => server.close());

  it('is closed while its answer is not read', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    const [accepted] = (await once(server, 'connection')) as [import('node:net').Socket];
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(accepted, 'close');
    expect(connections.open).toBe(0);
    socket.destroy();
  });

  it('is none while an upload goes on, however slowly', async () => {
    const socket = connect(port, '127.0.0.1');
    const pieces = 8;
    server.setTimeout(PATIENT_MS);
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${pieces}\r\n\r\n`);
    let sent = 0;
    const drip = setInterval(() => {
      socket.write('x');
      sent += 1;
      if (sent === pieces) clearInterval(drip);
    }, PATIENT_MS / 5);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n8$/);
    socket.destroy();
  });

  it('is none once it is a WebSocket, whose silence others watch over', async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/`);
    await once(webSocket, 'open');
    // That nothing ends it can only be waited for.
    await new Promise((resolve) => setTimeout(resolve, 3 * IDLE_MS));
    webSocket.send('still here');
    const [data] = (await once(webSocket, 'message')) as [Buffer];
    expect(data.toString()).toBe('still here');
    webSocket.terminate();
  });
});
