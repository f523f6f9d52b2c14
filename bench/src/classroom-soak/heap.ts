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
 * @throws Error when it does not answer
 */
export async function openHeap(pid: number): Promise<Heap> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await addressOf(pid));
  const waiting = new Map<number, (result: Record<string, number>) => void>();
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id: number; result: Record<string, number> };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let asked = 0;
  const ask = (method: string) =>
    new Promise<Record<string, number>>((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      socket.send(JSON.stringify({ id: asked, method }));
    });
  return {
    async usedMib() {
      // What the first collection finalises, the second frees.
      await ask('HeapProfiler.collectGarbage');
      await ask('HeapProfiler.collectGarbage');
      const { usedSize = Number.NaN, backingStorageSize = 0 } = await ask('Runtime.getHeapUsage');
      return (usedSize + backingStorageSize) / MIB;
    },
    close: () => socket.terminate(),
  };
}

async function addressOf(pid: number): Promise<string> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) {
    try {
      const targets = (await (await fetch(INSPECTOR)).json()) as { title: string; webSocketDebuggerUrl: string }[];
      const target = targets.find(({ title }) => title.endsWith(`[${pid}]`));
      if (target) return target.webSocketDebuggerUrl;
    } catch {
      // not open yet
    }
    await sleep(100);
  }
  throw new Error(`the inspector of ${pid} does not answer at ${INSPECTOR}; is another program’s open there?`);
}
