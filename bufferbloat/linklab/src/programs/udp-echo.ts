import { createSocket } from 'node:dgram';
import { writeSync } from 'node:fs';
import { setPriority } from 'node:os';
import { realtimeMs } from '../native.ts';
import type { EchoSample } from '../samples.ts';

// The lab's own stream of UDP echoes: `server PORT` answers, `client PORT ADDRESS INTERVAL_MS` asks on schedule and prints
// all it saw when its standard input closes.

setPriority(-15); // a stream that waits for the processor would measure that instead of the queue

const [role, portText, address = '', intervalText] = process.argv.slice(2);
const port = Number(portText);
const socket = createSocket('udp4');

if (role === 'server') {
  socket.on('message', (message, from) => socket.send(message, from.port, from.address));
  socket.bind(port, () => writeSync(1, 'ready\n'));
  process.stdin.resume().once('end', () => socket.close());
} else {
  runClient(Number(intervalText));
}

function runClient(intervalMs: number): void {
  const samples: { sentAtMs: number; rttMs: number | null }[] = [];
  socket.on('message', (message) => {
    const atMs = realtimeMs();
    const sample = samples[message.readUInt32BE(4)];
    if (sample !== undefined) sample.rttMs ??= atMs - sample.sentAtMs;
  });

  let timer: NodeJS.Timeout;
  const startMs = performance.now();
  const send = () => {
    const packet = Buffer.alloc(32);
    packet.write('echo'); // a first byte that no STUN or DTLS packet has
    packet.writeUInt32BE(samples.length, 4);
    samples.push({ sentAtMs: realtimeMs(), rttMs: null });
    socket.send(packet, port, address);
    // Each is due at its own place on the schedule: a late one does not delay those after it.
    timer = setTimeout(send, startMs + samples.length * intervalMs - performance.now());
  };
  socket.bind(0, () => {
    writeSync(1, 'ready\n');
    send();
  });
  process.stdin.resume().once('end', () => {
    clearTimeout(timer);
    const output: readonly EchoSample[] = samples;
    process.stdout.write(JSON.stringify(output), () => socket.close());
  });
}
