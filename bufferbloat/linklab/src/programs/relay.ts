import { writeSync } from 'node:fs';
import { ioctl, open, ppoll, read, schedSetscheduler, write } from '../native.ts';
import { RELAY_INTERFACES } from '../plan.ts';
import { DelayLine } from './delay-line.ts';

// Forwards packets between two tun devices and holds each for a fixed time. It does nothing else, so it may block: one
// ppoll with a nanosecond deadline is both its clock and its readiness, and no event loop adds to the delay.

const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const TUNSETIFF = 0x400454ca;
const IFF_TUN = 1;
const IFF_NO_PI = 0x1000;
const POLLIN = 1;
const SCHED_FIFO = 1;

function openTun(name: string): number {
  const fd = open('/dev/net/tun', O_RDWR | O_NONBLOCK);
  const request = Buffer.alloc(40); // struct ifreq: the name, then the flags
  request.write(name);
  request.writeUInt16LE(IFF_TUN | IFF_NO_PI, 16);
  if (fd < 0 || ioctl(fd, TUNSETIFF, request) < 0) throw new Error(`cannot create the tun device ${name}`);
  return fd;
}

const delayMs = Number(process.argv[2]);
const priority = Buffer.alloc(4);
priority.writeInt32LE(1);
schedSetscheduler(0, SCHED_FIFO, priority); // best effort: without it the relay is only less precise

const fds = [openTun(RELAY_INTERFACES.edge), openTun(RELAY_INTERFACES.server)] as const;
const lines = [new DelayLine(delayMs), new DelayLine(delayMs)] as const;
writeSync(1, 'ready\n');

const packet = Buffer.alloc(2048);
const timeout = Buffer.alloc(16);
const polled = Buffer.alloc(24); // three struct pollfd: both devices and standard input

function waitForWork(): void {
  [...fds, 0].forEach((fd, index) => {
    polled.writeInt32LE(fd, index * 8);
    const full = index < 2 && lines[index as 0 | 1].isFull;
    polled.writeInt16LE(full ? 0 : POLLIN, index * 8 + 4);
    polled.writeInt16LE(0, index * 8 + 6);
  });
  const waitMs = Math.max(0, Math.min(lines[0].nextDueMs, lines[1].nextDueMs) - performance.now());
  if (waitMs === Number.POSITIVE_INFINITY) {
    ppoll(polled, 3, null, null);
    return;
  }
  timeout.writeBigInt64LE(BigInt(Math.floor(waitMs / 1000)), 0);
  timeout.writeBigInt64LE(BigInt(Math.floor((waitMs % 1000) * 1e6)), 8);
  ppoll(polled, 3, timeout, null);
}

function take(fd: number, line: DelayLine): void {
  while (!line.isFull) {
    const length = read(fd, packet, packet.length);
    if (length <= 0) return;
    line.put(packet, length, performance.now());
  }
}

// Standard input closes with the lab.
while (polled.readInt16LE(22) === 0) {
  waitForWork();
  take(fds[0], lines[0]);
  take(fds[1], lines[1]);
  const nowMs = performance.now();
  lines[0].release(nowMs, (bytes, length) => write(fds[1], bytes, length));
  lines[1].release(nowMs, (bytes, length) => write(fds[0], bytes, length));
}
