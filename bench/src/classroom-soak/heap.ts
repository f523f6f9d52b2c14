import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const INSPECTOR = 'http://127.0.0.1:9229/json/list';
const PATIENCE_MS = 10_000;
const MIB = 2 ** 20;

/** What a program of Node has in use once all that nobody needs was collected: what a leak lifts, and nothing else does. */
export interface Heap {
  usedMib(): Promise<number>;
  close(): void;
}

/**
 * Opens the program's inspector, as SIGUSR1 does with every program of Node.
 *
 * @throws Error when it does not answer, or is that of another program
 */
export async function openHeap(pid: number): Promise<Heap> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await address());
  const waiting = new Map<number, (result: unknown) => void>();
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id: number; result: unknown };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let asked = 0;
  const ask = (method: string, params = {}): Promise<unknown> =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      socket.send(JSON.stringify({ id: asked, method, params }));
    });
  const { result } = (await ask('Runtime.evaluate', { expression: 'process.pid' })) as { result: { value: number } };
  if (result.value !== pid) throw new Error(`the inspector at ${INSPECTOR} is that of ${result.value}, not of ${pid}`);
  return {
    async usedMib() {
      // What the first collection finalises, the second frees.
      await ask('HeapProfiler.collectGarbage');
      await ask('HeapProfiler.collectGarbage');
      const usage = (await ask('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
      return (usage.usedSize + (usage.backingStorageSize ?? 0)) / MIB;
    },
    close: () => socket.terminate(),
  };
}

async function address(): Promise<string> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) {
    try {
      const [target] = (await (await fetch(INSPECTOR)).json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch {
      // not open yet
    }
    await sleep(100);
  }
  throw new Error(`no inspector answers at ${INSPECTOR}`);
}
