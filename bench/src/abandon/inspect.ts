import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Node's own port for the inspector that SIGUSR1 opens. */
const INSPECTOR = 'http://127.0.0.1:9229/json/list';

/** What keeps the event loop of a Node process alive, counted by kind (`Timeout`, `TCPSocketWrap`, …). */
export type Resources = Readonly<Record<string, number>>;

/**
 * Asks a running Node process what its event loop waits for, from outside: its inspector is opened for one question and
 * closed again, so that the product needs no door for it.
 *
 * @param options.collectGarbage let it collect its garbage first, for whoever reads its memory next
 */
export async function activeResources(
  pid: number,
  { collectGarbage = false }: { readonly collectGarbage?: boolean } = {},
): Promise<Resources> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await debuggerUrl(pid));
  await once(socket, 'open');
  const call = async (id: number, method: string, params: object): Promise<unknown> => {
    const answer = once(socket, 'message') as Promise<[Buffer]>;
    socket.send(JSON.stringify({ id, method, params }));
    const [data] = await answer;
    return (JSON.parse(data.toString()) as { result: unknown }).result;
  };
  const ask = async (id: number, expression: string): Promise<unknown> => {
    const answer = await call(id, 'Runtime.evaluate', { expression, returnByValue: true });
    return (answer as { result: { value: unknown } }).result.value;
  };
  if ((await ask(0, 'process.pid')) !== pid) throw new Error('port 9229 is the inspector of another process');
  const kinds = (await ask(1, 'process.getActiveResourcesInfo()')) as readonly string[];
  if (collectGarbage) await call(2, 'HeapProfiler.collectGarbage', {});
  socket.on('error', () => {}); // closing the inspector ends this connection as well
  socket.send(
    JSON.stringify({
      id: 3,
      method: 'Runtime.evaluate',
      params: { expression: "setTimeout(() => process.getBuiltinModule('node:inspector').close(), 50)" },
    }),
  );
  await Promise.race([once(socket, 'close'), sleep(1000)]);
  socket.terminate();
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

async function debuggerUrl(pid: number): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    await sleep(40);
    try {
      const [target] = (await (await fetch(INSPECTOR)).json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch {
      // not listening yet
    }
  }
  throw new Error(`process ${pid} did not open its inspector on port 9229; is another program using it?`);
}
