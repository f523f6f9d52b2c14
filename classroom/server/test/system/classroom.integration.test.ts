import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HttpClient, signIn } from '../../src/commands/http-client.ts';
import { connectOperator } from '../../src/commands/operator-client.ts';
import { openSocket } from '../../src/commands/socket-client.ts';
import { statusLines } from '../../src/commands/status.ts';
import { tryClassroom } from '../../src/commands/try.ts';
import { demoPassword } from '../../src/demo/people.ts';
import { canRunRooms, makeDataFolder, startInVain, startSystem, type System } from './support.ts';

let system: System;
let data: ReturnType<typeof makeDataFolder>;

beforeAll(async () => {
  if (!canRunRooms) return;
  data = makeDataFolder();
  system = await startSystem(data.folder);
}, 90_000);
afterAll(async () => {
  if (!canRunRooms) return;
  const code = await system.stop();
  data.remove();
  expect(code).toBe(0);
}, 30_000);

const enter = (name: string): Promise<HttpClient> => signIn(system.origin, name, demoPassword(name));
const socketOf = async (name: string) => openSocket(await enter(name));
const bare = (headers: Record<string, string>) =>
  new WebSocket(`${system.origin.replace('http', 'ws')}/ws`, { headers });

async function refusal(socket: WebSocket): Promise<number | undefined> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  socket.on('error', () => {});
  socket.terminate();
  return response.statusCode;
}

describe.runIf(canRunRooms)('a whole classroom', () => {
  it('lets a student run a script, answer it, use a REPL and save a file', async () => {
    const lines: string[] = [];
    await tryClassroom({
      origin: system.origin,
      name: 'student38',
      password: demoPassword('student38'),
      print: (line) => lines.push(line),
    });
    expect(lines).toContain('  | Hello, Ada');
    expect(lines.join('\n')).toMatch(/files: class, guess\.py, hello\.py, plot\.py/);
  });

  it('says how it is', async () => {
    const student = await enter('student01');
    const health = JSON.parse((await student.send('GET', '/health')).text) as { status: string; isolation: object };
    expect(health.status).toBe('healthy');
    expect((await student.send('GET', '/health/ready')).status).toBe(200);
    expect((await student.send('GET', '/health/live')).status).toBe(200);
    expect((await student.send('GET', '/metrics')).text).toContain('rowhouse_classroom_users_max');
    expect((await student.send('GET', '/system-stats', undefined, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(403);
    expect((await student.send('GET', '/metrics', undefined, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(403);
    const lines = await statusLines(connectOperator(system.operatorSocket));
    expect(lines[0]).toMatch(/^Rowhouse classroom: healthy/);
  });

  it('refuses a second one in the same data folder, in one line', async () => {
    const { code, text } = await startInVain('--port', '0', '--data-folder', data.folder);
    expect(code).toBe(1);
    expect(text).toMatch(/^rowhouse: .*is in use by another classroom \(process \d+\)/m);
  });

  it('adds an account of any role for the operator, and names what is wrong with a bad one', async () => {
    const operator = connectOperator(system.operatorSocket);
    const added = (await operator.post('/accounts', { name: 'ada', displayName: 'Ada', role: 'admin' })) as {
      role: string;
      initialPassword: string;
    };
    expect(added.role).toBe('admin');
    await signIn(system.origin, 'ada', added.initialPassword);
    for (const bad of [
      { name: 'ada', role: 'admin' },
      { name: 'Ada L', displayName: 'x', role: 'admin' },
      { name: 'x' },
    ])
      await expect(operator.post('/accounts', bad)).rejects.toThrow('An account has a name of 1 to 32');
    await expect(operator.post('/accounts', { name: 'ada', displayName: 'x', role: 'teacher' })).rejects.toThrow();
  });

  it('imports a list of students for the operator, whole or not at all', async () => {
    const operator = connectOperator(system.operatorSocket);
    const csv = 'name,display name\nnew.one,New One\nnew.two,New Two\n';
    const { accounts } = (await operator.post('/roster', { csv })) as {
      accounts: { name: string; initialPassword: string }[];
    };
    expect(accounts.map(({ name }) => name)).toEqual(['new.one', 'new.two']);
    await expect(operator.post('/roster', { csv: 'name\nnew.one\n' })).rejects.toThrow();
    const reset = (await operator.post('/reset-password', { name: 'new.one' })) as { initialPassword: string };
    expect(reset.initialPassword).not.toBe(accounts[0]?.initialPassword);
    const fresh = await signIn(system.origin, 'new.one', reset.initialPassword);
    expect(fresh.accountId).toMatch(/^[0-9a-f-]{36}$/);
    await expect(openSocket(fresh)).rejects.toThrow('The socket was refused: Choose a password of your own first.');
  });
});

describe.runIf(canRunRooms)('the socket', () => {
  it('opens for nobody who is not signed in, or comes from another site', async () => {
    const { cookie } = await enter('student02');
    expect(await refusal(bare({}))).toBe(401);
    expect(await refusal(bare({ cookie: 'rowhouse=made-up' }))).toBe(401);
    expect(await refusal(bare({ cookie, origin: 'https://evil.example' }))).toBe(403);
    expect(await refusal(bare({ cookie, 'sec-fetch-site': 'cross-site' }))).toBe(403);
  });

  it('answers every message it cannot read, and goes on', async () => {
    const { cookie } = await enter('student02');
    const socket = bare({ cookie });
    await once(socket, 'open');
    const ask = async (message: string | Buffer) => {
      socket.send(message);
      const [reply] = (await once(socket, 'message')) as [Buffer];
      return JSON.parse(reply.toString()) as { type: string; about?: string; error?: { code: string } };
    };
    const code = async (message: string | Buffer) => (await ask(message)).error?.code;
    expect(await code('not JSON')).toBe('bad-message');
    expect(await code(Buffer.from([1, 2, 3]))).toBe('bad-message');
    expect(await code('{"type":"list","requestId":"a"}')).toBe('hello-first');
    expect(await code('{"type":"hello","protocol":99}')).toBe('unsupported-version');
    expect((await ask('{"type":"hello","protocol":1}')).type).toBe('welcome');
    const answers: { about?: string; error?: { code: string } }[] = [];
    socket.on('message', (reply: Buffer) => answers.push(JSON.parse(reply.toString()) as object));
    for (const message of [
      '{"type":"nonsense"}',
      '{"type":"input","process":"none","inputId":"1","text":"x"}',
      '{"type":"attach","process":"none","from":-1}',
      '{"type":"attach","process":"none","from":0}',
      '{"type":"list","requestId":"a","user":"somebody-else"}',
    ])
      socket.send(message);
    await expect
      .poll(() => answers.flatMap(({ about, error }) => (error ? [`${about}: ${error.code}`] : [])).toSorted())
      .toEqual([
        'attach: bad-message',
        'attach: no-such-process',
        'input: no-such-process',
        'list: not-allowed',
        'message: bad-message',
      ]);
    socket.close();
  });

  it('ends for a flood, and for a message that is too long', async () => {
    const { cookie } = await enter('student03');
    const flood = bare({ cookie });
    await once(flood, 'open');
    for (let index = 0; index < 7000; index++) flood.send('{}');
    const [code] = (await once(flood, 'close')) as [number];
    expect(code).toBe(1008);
    const signs = bare({ cookie });
    await once(signs, 'open');
    for (let index = 0; index < 7000; index++) signs.pong();
    expect(((await once(signs, 'close')) as [number])[0]).toBe(1008);
    const long = bare({ cookie });
    await once(long, 'open');
    long.send('x'.repeat(300_000));
    const [longCode] = (await once(long, 'close')) as [number];
    expect(longCode).toBe(1009);
  });

  it('closes with the session', async () => {
    const http = await enter('student04');
    const socket = bare({ cookie: http.cookie });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    expect((await http.send('DELETE', '/api/session')).status).toBe(204);
    expect(((await closed) as [number])[0]).toBe(4001);
  });

  it('shows a teacher what a student runs, and lets nobody else look or type', async () => {
    const student = await socketOf('student05');
    const run = await student.start({
      type: 'run',
      requestId: 'r',
      source: 'print("mine")\nx = input("? ")\nprint(x)',
    });
    await run.until((text) => text.includes('? '));
    const teacher = await socketOf('teacher');
    const seen = teacher.next('output', ({ text }) => text.includes('mine'));
    teacher.say({ type: 'attach', process: run.info.id, from: 0 });
    expect((await seen).offset).toBe(0);
    const refused = teacher.next('error');
    teacher.say({ type: 'input', process: run.info.id, inputId: '1', text: 'from the teacher' });
    expect((await refused).error.code).toBe('read-only');
    const neighbour = await socketOf('student06');
    const hidden = neighbour.next('error');
    neighbour.say({ type: 'attach', process: run.info.id, from: 0 });
    expect((await hidden).error.code).toBe('no-such-process');
    student.say({ type: 'input', process: run.info.id, inputId: '1', text: 'from the student' });
    await run.ended();
    expect(run.text()).toContain('from the student');
    for (const socket of [student, teacher, neighbour]) socket.close();
  });

  it('leaves a program alone when it closes, and shows it from any place later', async () => {
    const http = await enter('student07');
    const first = await openSocket(http);
    const source = 'import time\nfor n in range(30):\n    print("line", n)\n    time.sleep(0.05)';
    const run = await first.start({ type: 'run', requestId: 'r', source });
    await run.until((text) => text.includes('line 3'));
    first.close();
    const second = await openSocket(http);
    const replay = second.attach(run.info.id, 7);
    expect((await replay.ended()).reason).toBe('finished');
    expect(replay.text()).toBe(Array.from({ length: 29 }, (_, index) => `line ${index + 1}\n`).join(''));
    second.close();
  });
});

describe.runIf(canRunRooms)('a server that is killed', () => {
  it('comes back, knows who was signed in, and has what was saved', async () => {
    const http = await enter('student13');
    await http.send('PUT', '/api/files/content?path=kept.txt', 'kept');
    const socket = await openSocket(http);
    await socket.start({ type: 'run', requestId: 'r', source: 'import time\ntime.sleep(60)' });
    process.kill(system.mainPid, 'SIGKILL');
    await expect
      .poll(async () => (await http.send('GET', '/health/live').catch(() => ({ status: 0 }))).status, {
        timeout: 15_000,
      })
      .toBe(200);
    const again = await openSocket(http);
    expect((await http.send('GET', '/api/files/content?path=kept.txt')).text).toBe('kept');
    const run = await again.start({ type: 'run', requestId: 'r2', source: 'print("hi")' });
    expect((await run.ended()).reason).toBe('finished');
    again.close();
  }, 30_000);
});
