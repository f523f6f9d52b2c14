import { spawn } from 'node:child_process';
import { openSync, readSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { realtimeMs } from '../native.ts';
import { ROUTER_INTERFACES } from '../router-interfaces.ts';
import type { BacklogSample, CounterSample, SamplerOutput } from '../samples.ts';

// Reads, in the router, the byte counters of both interfaces every 10 ms and the queues every 100 ms. It keeps what it
// reads, and prints it once when its standard input closes.

const COUNTERS_EVERY_MS = 10;
const BACKLOG_EVERY_MS = 100;

const counters: Record<'download' | 'upload', CounterSample[]> = { download: [], upload: [] };
const backlogs: Record<'download' | 'upload', BacklogSample[]> = { download: [], upload: [] };
const devices = { download: ROUTER_INTERFACES.toClient.name, upload: ROUTER_INTERFACES.toServer.name } as const;

const table = openSync('/proc/self/net/dev', 'r');
const text = Buffer.alloc(8192);

function readCounters(): void {
  const beforeMs = realtimeMs();
  const length = readSync(table, text, 0, text.length, 0);
  const atMs = (beforeMs + realtimeMs()) / 2;
  for (const line of text.toString('latin1', 0, length).split('\n')) {
    const [name, ...values] = line.trim().split(/[:\s]+/);
    for (const direction of ['download', 'upload'] as const) {
      if (name !== devices[direction]) continue;
      counters[direction].push({ atMs, wireBytes: Number(values[8]), packets: Number(values[9]) });
    }
  }
}

interface QueueReport {
  readonly kind: string;
  readonly backlog: number;
  readonly drops: number;
}

const tc = spawn('tc', ['-s', '-j', '-batch', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
const asked: { readonly direction: 'download' | 'upload'; readonly atMs: number }[] = [];
createInterface(tc.stdout).on('line', (line) => {
  const question = asked.shift();
  const queue = (JSON.parse(line) as QueueReport[]).find(({ kind }) => kind === 'tbf' || kind === 'htb');
  if (question === undefined || queue === undefined) return;
  const atMs = (question.atMs + realtimeMs()) / 2;
  backlogs[question.direction].push({ atMs, backlogBytes: queue.backlog, droppedPackets: queue.drops });
});

function askBacklogs(): void {
  for (const direction of ['download', 'upload'] as const) {
    asked.push({ direction, atMs: realtimeMs() });
    tc.stdin.write(`qdisc show dev ${devices[direction]}\n`);
  }
}

readCounters();
const timers = [setInterval(readCounters, COUNTERS_EVERY_MS), setInterval(askBacklogs, BACKLOG_EVERY_MS)];
writeSync(1, 'ready\n');

process.stdin.resume().once('end', () => {
  timers.forEach(clearInterval);
  readCounters();
  tc.stdin.end();
  tc.once('close', () => {
    const output: SamplerOutput = { counters, backlogs };
    process.stdout.write(JSON.stringify(output));
  });
});
