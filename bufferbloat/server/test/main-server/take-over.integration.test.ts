import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { takeOver } from '../../src/load/take-over.ts';
import { readIntoOneBuffer } from '../../src/tcp/index.ts';

// Uploads are right without either (the other tests see to that) but slow: a version of Node that changes what they
// stand on must be noticed.
it('takes a body past the parser, into one buffer, on this version of Node', async () => {
  const bytes = 5_000_000;
  let received = 0;
  const steps: boolean[] = [];
  const server = createServer((request, response) => {
    const onBytes = (count: number) => {
      received += count;
      if (received === bytes) response.end('done');
    };
    steps.push(takeOver(request, onBytes), readIntoOneBuffer(request.socket, new Uint8Array(65_536), onBytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`);
  socket.write(Buffer.alloc(bytes));
  await once(socket, 'data');
  expect(steps).toEqual([true, true]);
  expect(received).toBe(bytes);
  socket.destroy();
  server.close();
});
