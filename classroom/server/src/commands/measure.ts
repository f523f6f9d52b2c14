import { cpus } from 'node:os';

import * as z from 'zod';
import type { Figures } from '../capacity/figures.ts';
import type { MachineSize } from '../capacity/tiers.ts';
import { DEMO_STUDENTS, demoPassword } from '../demo/people.ts';
import { signIn } from './http-client.ts';
import { connectOperator } from './operator-client.ts';
import { familyOf } from './process-family.ts';
import { openSocket, type SocketClient } from './socket-client.ts';

export interface MeasureOptions {
  readonly origin: string;
  readonly operatorSocket: string;
  /** Of the supervisor. */
  readonly pid: number;
  readonly machine: MachineSize;
  readonly print: (line: string) => void;
}

const STUDENTS = 10;
const RUNS = 200;
const LINES = 100;
/** Usage of rooms is looked at every few seconds: after this long the figures are those of now. */
const SETTLE_MS = 6000;

const MIB = 1024 ** 2;
const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MB`;

const roomsSchema = z.object({ rooms: z.array(z.object({ pssBytes: z.number(), cpuMs: z.number() })) });

/** Signs in students, runs programs, and reads what the kernel counted. Takes half a minute. */
export async function measureMachine(options: MeasureOptions): Promise<Figures> {
  const { origin, print, machine } = options;
  const operator = connectOperator(options.operatorSocket);
  const rooms = async () => {
    await settle();
    const { rooms: found } = roomsSchema.parse(await operator.get('/figures'));
    const sum = (value: (room: (typeof found)[number]) => number) =>
      found.reduce((total, room) => total + value(room), 0);
    return { bytes: sum((room) => room.pssBytes) / STUDENTS, cpuMs: sum((room) => room.cpuMs) };
  };
  print(`Signing in ${STUDENTS} students…`);
  const sockets = await Promise.all(
    DEMO_STUDENTS.slice(0, STUDENTS).map(async ({ name }) =>
      openSocket(await signIn(origin, name, demoPassword(name))),
    ),
  );
  try {
    const idle = await rooms();
    print(`  an idle room            ${mib(idle.bytes)}`);
    const runBytes = await whileRunning(sockets, 'import time\ntime.sleep(3600)', async () => (await rooms()).bytes);
    print(`  a running script        ${mib(runBytes - idle.bytes)} more`);
    const heavyBytes = await whileRunning(sockets, HEAVY, async () => (await rooms()).bytes);
    print(`  one with numpy          ${mib(heavyBytes - idle.bytes)} more`);
    const cpu = async () => (await rooms()).cpuMs + (await familyOf(options.pid).usage()).cpuMs;
    const restMs = await cpuAtRest(cpu);
    const runMs = await cpuOf(cpu, restMs, RUNS, () => shortRuns(sockets, RUNS / STUDENTS));
    print(`  CPU of a short run      ${runMs.toFixed(1)} ms`);
    const lineMs = await cpuOf(cpu, restMs, LINES, () => lines(sockets, LINES / STUDENTS));
    print(`  CPU of a REPL's line    ${lineMs.toFixed(1)} ms`);
    const { serverBytes, databaseBytes } = await familyOf(options.pid).usage();
    print(`  server and database     ${mib(serverBytes)} and ${mib(databaseBytes)}`);
    return {
      measuredOn: new Date().toISOString().slice(0, 10),
      machine: `${machine.cores} cores, ${Math.round(machine.memoryBytes / 1024 ** 3)} GB, ${cpus()[0]?.model ?? 'unknown processor'}`,
      serverBytes,
      databaseBytes,
      roomBytes: idle.bytes,
      runBytes: Math.max(0, runBytes - idle.bytes),
      numpyRunBytes: Math.max(0, heavyBytes - idle.bytes),
      runCpuMs: Math.max(0.1, runMs),
      lineCpuMs: Math.max(0.1, lineMs),
    };
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/** Where there is no numpy, as much as it takes: 30 MB of numbers and modules. */
const HEAVY = `import time
try:
    import numpy
    numbers = numpy.ones((1000, 1000)) @ numpy.ones((1000, 1000))
except ModuleNotFoundError:
    numbers = bytearray(b"1") * 45_000_000
time.sleep(3600)
`;

const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

async function whileRunning<T>(sockets: readonly SocketClient[], source: string, work: () => Promise<T>): Promise<T> {
  const runs = await Promise.all(
    sockets.map(async (socket, index) => ({
      socket,
      run: await socket.start({ type: 'run', requestId: `held-${index}`, source }),
    })),
  );
  const result = await work();
  for (const { socket, run } of runs) socket.say({ type: 'stop', process: run.info.id });
  await Promise.all(runs.map(({ run }) => run.ended()));
  return result;
}

async function shortRuns(sockets: readonly SocketClient[], each: number): Promise<void> {
  await Promise.all(
    sockets.map(async (socket) => {
      for (let index = 0; index < each; index++) {
        const run = await socket.start({ type: 'run', requestId: `short-${index}`, source: 'print("hi")' });
        await run.ended();
      }
    }),
  );
}

async function lines(sockets: readonly SocketClient[], each: number): Promise<void> {
  await Promise.all(
    sockets.map(async (socket) => {
      const shell = await socket.start({ type: 'repl', requestId: 'repl' });
      for (let index = 0; index < each; index++) {
        socket.say({ type: 'input', process: shell.info.id, inputId: `line-${index}`, text: `1000 + ${index}` });
        await shell.until((text) => text.includes(String(1000 + index)));
      }
      socket.say({ type: 'stop', process: shell.info.id });
      await shell.ended();
    }),
  );
}

interface Rate {
  readonly msPerS: number;
}

/** What the classroom uses while nobody does anything, so that it is not counted as work. */
async function cpuAtRest(cpu: () => Promise<number>): Promise<Rate> {
  const beginMs = performance.now();
  const before = await cpu();
  const after = await cpu();
  return { msPerS: ((after - before) / (performance.now() - beginMs)) * 1000 * 2 };
}

async function cpuOf(
  cpu: () => Promise<number>,
  rest: Rate,
  count: number,
  work: () => Promise<void>,
): Promise<number> {
  const before = await cpu();
  const beginMs = performance.now();
  await work();
  const after = await cpu();
  const elapsedS = (performance.now() - beginMs) / 1000;
  return (after - before - rest.msPerS * elapsedS) / count;
}
