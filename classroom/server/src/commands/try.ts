import type { HttpClient } from './http-client.ts';
import { changePassword, signIn } from './http-client.ts';
import { CommandError } from './errors.ts';
import { openSocket, type SocketClient } from './socket-client.ts';

export interface TryOptions {
  readonly origin: string;
  readonly name: string;
  readonly password: string;
  /** Asked for where the account must have one of its own first. */
  readonly newPassword: () => Promise<string>;
  readonly print: (line: string) => void;
}

const SCRIPT = `import time
print("hi")
for n in range(3):
    print("line", n)
    time.sleep(0.1)
name = input("Your name? ")
print("Hello,", name)
`;

/** Does what a student does – a script with a question, a REPL, a file – and prints what happens and how long it takes. */
export async function tryClassroom(options: TryOptions): Promise<void> {
  const { origin, name, password, newPassword, print } = options;
  const say = (what: string, ms?: number) => print(ms === undefined ? what : `${what.padEnd(58)} ${ms.toFixed(1)} ms`);
  const clock = stopwatch();
  let http = await signIn(origin, name, password);
  say(`signed in as ${name}`, clock());
  if (http.mustChangePassword) {
    print(`${name} must choose a password before anything else.`);
    http = await changePassword(http, password, await newPassword());
    print('The password is changed.');
    clock();
  }
  const socket = await openSocket(http);
  say('socket open, room ready', clock());
  try {
    await script(socket, say);
    await warmRuns(socket, say);
    await repl(socket, say);
    await file(http, say);
  } finally {
    socket.close();
  }
  await http.send('DELETE', '/api/session');
  say('signed out');
}

type Say = (what: string, ms?: number) => void;

async function script(socket: SocketClient, say: Say): Promise<void> {
  const run = await socket.start({ type: 'run', requestId: 'script', source: SCRIPT });
  await run.until((text) => text.includes('Your name? '));
  say('script: first output', run.firstByteMs());
  const clock = stopwatch();
  socket.say({ type: 'input', process: run.info.id, inputId: 'name', text: 'Ada' });
  await run.until((text) => text.includes('Hello, Ada'));
  say('script: answer to input()', clock());
  const end = await run.ended();
  say(`script: ended, ${end.reason}, exit code ${end.exitCode}`);
  for (const line of run.text().trimEnd().split('\n')) say(`  | ${line}`);
}

const WARM_RUNS = 20;

async function warmRuns(socket: SocketClient, say: Say): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < WARM_RUNS; index++) {
    const run = await socket.start({ type: 'run', requestId: `warm-${index}`, source: 'print("hi")' });
    await run.ended();
    if (run.text() !== 'hi\n') throw new CommandError(`print("hi") printed ${JSON.stringify(run.text())}`);
    times.push(run.firstByteMs() ?? Number.NaN);
  }
  say(`${WARM_RUNS} more runs: first output, median`, times.toSorted((a, b) => a - b)[WARM_RUNS / 2]);
  say(`${WARM_RUNS} more runs: first output, slowest`, Math.max(...times));
}

async function repl(socket: SocketClient, say: Say): Promise<void> {
  const shell = await socket.start({ type: 'repl', requestId: 'repl' });
  await shell.until((text) => text.includes('>>> '));
  say('REPL: prompt', shell.firstByteMs());
  const clock = stopwatch();
  socket.say({ type: 'input', process: shell.info.id, inputId: 'sum', text: '6 * 7' });
  await shell.until((text) => text.includes('42'));
  say('REPL: 6 * 7 is 42', clock());
  socket.say({ type: 'stop', process: shell.info.id });
  const end = await shell.ended();
  say(`REPL: ended, ${end.reason}`, clock());
}

async function file(http: HttpClient, say: Say): Promise<void> {
  const clock = stopwatch();
  const path = '/api/files/content?path=try.txt';
  const saved = await http.send('PUT', path, 'tried\n', { 'content-type': 'text/plain' });
  if (saved.status >= 300) throw new CommandError(`The file could not be saved: ${saved.text}`);
  say('file: saved', clock());
  const read = await http.send('GET', path);
  if (read.text !== 'tried\n') throw new CommandError(`The file reads ${JSON.stringify(read.text)}`);
  say('file: read', clock());
  await http.send('DELETE', path);
  const list = await http.send('GET', '/api/files/list');
  const { entries } = JSON.parse(list.text) as { entries: readonly { name: string }[] };
  say(`files: ${entries.map((entry) => entry.name).join(', ')}`, clock());
}

/** Milliseconds since the last call. */
function stopwatch(): () => number {
  let lastMs = performance.now();
  return () => {
    const nowMs = performance.now();
    const ms = nowMs - lastMs;
    lastMs = nowMs;
    return ms;
  };
}
