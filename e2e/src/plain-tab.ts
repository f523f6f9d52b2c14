import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { BROWSER_FLAGS, findBrowser } from './browser.ts';
import { firstLine } from './lines.ts';

/** A tab that can really be hidden: the usual driver keeps every tab visible to its page. */
export interface PlainTab {
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Puts another tab in front of it. */
  hide(): Promise<void>;
  /** Brings it to the front again. */
  show(): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
}

/** Opens a page in a browser of its own, spoken to in the bare DevTools protocol. */
export async function openPlainTab(url: string): Promise<PlainTab> {
  const profile = await mkdtemp(path.join(tmpdir(), 'rowhouse-browser-'));
  const flags = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...BROWSER_FLAGS];
  const browser = spawn(await findBrowser(), [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [address] = await firstLine(browser.stderr, /ws:\/\/\S+/);
  const socket = new WebSocket(address);
  await once(socket, 'open');

  let lastId = 0;
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer.result ?? {});
  });
  const send = (method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const id = ++lastId;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params, sessionId }));
    });

  const { targetId } = await send('Target.createTarget', { url });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  return {
    async evaluate(expression) {
      const { result } = await send('Runtime.evaluate', { expression, awaitPromise: true }, String(sessionId));
      return (result as { value?: unknown } | undefined)?.value;
    },
    hide: async () => void (await send('Target.createTarget', { url: 'about:blank' })),
    show: async () => void (await send('Target.activateTarget', { targetId })),
    async close() {
      const exited = once(browser, 'exit');
      await Promise.race([send('Browser.close'), exited]);
      await exited;
      socket.terminate();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
