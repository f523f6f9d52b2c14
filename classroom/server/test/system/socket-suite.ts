import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { changePassword, signIn } from '../../src/commands/http-client.ts';
import { openSocket } from '../../src/commands/socket-client.ts';
import { command, type Shared } from './support.ts';

export function socketSuite({ system, enter }: Shared): void {
  const socketOf = async (name: string) => openSocket(await enter(name));
  const bare = (headers: Record<string, string>) =>
    new WebSocket(`${system().origin.replace('http', 'ws')}/ws`, { headers });

  async function refusal(socket: WebSocket): Promise<number | undefined> {
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
    socket.on('error', () => {});
    socket.terminate();
    return response.statusCode;
  }

  describe('the socket', () => {
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

    it('lets a teacher stop a runaway, notes it, and tells the student who it was', async () => {
      const student = await socketOf('student14');
      const run = await student.start({ type: 'run', requestId: 'r', source: 'while True: pass' });
      const neighbour = await socketOf('student15');
      const hidden = neighbour.next('error');
      neighbour.say({ type: 'stop', process: run.info.id });
      expect((await hidden).error.code).toBe('no-such-process');
      const teacher = await socketOf('teacher');
      teacher.say({ type: 'stop', process: run.info.id });
      expect(await run.ended()).toMatchObject({
        reason: 'stopped',
        message: 'The program was stopped by Demo Teacher. Ask them before you run it again.',
      });
      const own = await student.start({ type: 'run', requestId: 'r2', source: 'while True: pass' });
      student.say({ type: 'stop', process: own.info.id });
      expect((await own.ended()).message).toBe('The program was stopped.');
      const added = await command(system(), ['account', 'add', 'auditor', '--role', 'admin']);
      const first = /first password: (\S+)/.exec(added.out)?.[1] ?? '';
      const auditor = await changePassword(
        await signIn(system().origin, 'auditor', first),
        first,
        'reads what was done',
      );
      const noted = async () => {
        const { text } = await auditor.send('GET', '/api/audit?limit=200');
        const { entries } = JSON.parse(text) as { entries: { what: string; whom: string; detail: string }[] };
        return entries.flatMap(({ what, whom, detail }) => (what === 'program-stopped' ? [`${whom} ${detail}`] : []));
      };
      await expect.poll(noted).toEqual([`${run.info.owner} script`]);
      for (const socket of [student, neighbour, teacher]) socket.close();
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
}
