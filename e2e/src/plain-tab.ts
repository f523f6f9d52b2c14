import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { BROWSER_FLAGS, findBrowser, type LaunchOptions } from './browser.ts';

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

/** Where the browser reads commands and writes answers, each ended by a zero byte. */
const [COMMANDS, ANSWERS] = [3, 4];

/** Opens a page in a browser of its own, spoken to in the bare DevTools protocol: nothing looks at its traffic. */
export async function openPlainTab(url: string, { namespace, flags = [] }: LaunchOptions = {}): Promise<PlainTab> {
  const profile = await mkdtemp(path.join(tmpdir(), 'rowhouse-browser-'));
  const own = ['--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`];
  const program = [await findBrowser(), ...own, ...BROWSER_FLAGS, ...flags, 'about:blank'];
  const [command = '', ...args] = namespace === undefined ? program : ['ip', 'netns', 'exec', namespace, ...program];
  const browser = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const commands = browser.stdio[COMMANDS] as Writable;
  const answers = browser.stdio[ANSWERS] as Readable;
  const exited = once(browser, 'exit');
  commands.on('error', () => {}); // told by the exit

  let lastId = 0;
  let text = '';
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  answers.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const answer = JSON.parse(message) as Answer;
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer.result ?? {});
    }
  });
  const send = (method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const id = ++lastId;
      waiting.set(id, (result) => {
        waiting.delete(id);
        resolve(result);
      });
      commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });

  await send('Browser.setDownloadBehavior', { behavior: 'deny' });
  const { targetId } = await send('Target.createTarget', { url });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  return {
    async evaluate(expression) {
      const { result } = await send(
        'Runtime.evaluate',
        { expression, awaitPromise: true, returnByValue: true },
        String(sessionId),
      );
      return (result as { value?: unknown } | undefined)?.value;
    },
    hide: async () => void (await send('Target.createTarget', { url: 'about:blank' })),
    show: async () => void (await send('Target.activateTarget', { targetId })),
    async close() {
      await Promise.race([send('Browser.close'), exited]);
      await exited;
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Presses "Download JSON" of a finished test. @returns the text of the file */
export async function savedJson(tab: PlainTab): Promise<string> {
  const text = await tab.evaluate(`(async () => {
    const make = URL.createObjectURL;
    const saved = new Promise((resolve) => {
      URL.createObjectURL = (blob) => {
        resolve(blob.text());
        return make.call(URL, blob);
      };
    });
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'Download JSON').click();
    URL.createObjectURL = make;
    return saved;
  })()`);
  if (typeof text !== 'string') throw new Error('the page has no result to save');
  return text;
}
