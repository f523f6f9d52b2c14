import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { signIn } from '../../src/commands/http-client.ts';
import { connectOperator } from '../../src/commands/operator-client.ts';
import { openSocket } from '../../src/commands/socket-client.ts';
import { command, type Shared } from './support.ts';

export function commandsSuite({ system }: Shared): void {
  describe('the operator', () => {
    it('adds an account of any role for the operator, and names what is wrong with a bad one', async () => {
      const operator = connectOperator(system().operatorSocket);
      const added = (await operator.post('/accounts', { name: 'ada', displayName: 'Ada', role: 'admin' })) as {
        role: string;
        initialPassword: string;
      };
      expect(added.role).toBe('admin');
      await signIn(system().origin, 'ada', added.initialPassword);
      for (const bad of [
        { name: 'ada', role: 'admin' },
        { name: 'Ada L', displayName: 'x', role: 'admin' },
        { name: 'x' },
      ])
        await expect(operator.post('/accounts', bad)).rejects.toThrow('An account has a name of 1 to 32');
      await expect(operator.post('/accounts', { name: 'ada', displayName: 'x', role: 'teacher' })).rejects.toThrow();
    });

    it('imports a list of students for the operator, whole or not at all', async () => {
      const operator = connectOperator(system().operatorSocket);
      const csv = 'name,display name\nnew.one,New One\nnew.two,New Two\n';
      const { accounts } = (await operator.post('/roster', { csv })) as {
        accounts: { name: string; initialPassword: string }[];
      };
      expect(accounts.map(({ name }) => name)).toEqual(['new.one', 'new.two']);
      await expect(operator.post('/roster', { csv: 'name\nnew.one\n' })).rejects.toThrow();
      const reset = (await operator.post('/reset-password', { name: 'new.one' })) as { initialPassword: string };
      expect(reset.initialPassword).not.toBe(accounts[0]?.initialPassword);
      const fresh = await signIn(system().origin, 'new.one', reset.initialPassword);
      expect(fresh.accountId).toMatch(/^[0-9a-f-]{36}$/);
      await expect(openSocket(fresh)).rejects.toThrow('The socket was refused: Choose a password of your own first.');
    });

    it('makes an account, whose first password is changed on the way, and removes it with what it runs', async () => {
      const call = (line: string, input?: string) => command(system(), line.split(/ +/), input);
      const scripts = async () => {
        const figures = await connectOperator(system().operatorSocket).get('/figures');
        return (figures as { processes: { scripts: number } }).processes.scripts;
      };
      const added = await call('account add bert --role teacher');
      const first = /first password: (\S+)/.exec(added.out)?.[1] ?? '';
      expect(first).toMatch(/^[b-z2-9-]{19}$/);

      const nobody = await call(`try --name bert --password ${first}`);
      expect([nobody.code, nobody.err]).toEqual([
        1,
        'rowhouse: New password (10 characters or more): there is no terminal to ask at, and no line of input.\n',
      ]);
      const tried = await call(`try --name bert --password ${first}`, 'the first of his own\n');
      expect([tried.err, tried.code]).toEqual(['', 0]);
      expect(tried.out).toContain('The password is changed.');
      expect(tried.out).toContain('REPL: 6 * 7 is 42');
      const changed = await call('account password bert', 'the first of his own\nanother one of his own\n');
      expect([changed.err, changed.code]).toEqual(['', 0]);

      expect((await call('account role bert')).err).toContain('Say which role');
      expect((await call('account role bert --role student')).out).toContain('bert is a student now');
      const bert = await signIn(system().origin, 'bert', 'another one of his own');
      const socket = await openSocket(bert);
      const run = await socket.start({
        type: 'run',
        requestId: 'r',
        source: 'import time\nprint("on")\ntime.sleep(600)',
      });
      await run.until((text) => text.includes('on'));
      expect((await call('account list')).out).toMatch(/^bert +bert +student$/m);

      expect((await call('account remove bert')).err).toContain('Without a terminal say --yes.');
      expect(await scripts()).toBe(1);
      const over = run.ended().catch((error: Error) => error.message);
      const removed = await call('account remove bert --yes');
      const workspace = / in (\S+) until/.exec(removed.out)?.[1] ?? '';
      expect(existsSync(workspace)).toBe(true);
      expect(await over).toBe('The classroom closed the connection.');
      expect(await scripts()).toBe(0);
      expect((await call('account list')).out).not.toContain('bert');
      expect((await call('account remove bert --yes')).err).toBe('rowhouse: There is no account named "bert".\n');
      await expect(signIn(system().origin, 'bert', 'another one of his own')).rejects.toThrow('is wrong');
      const long = 'x'.repeat(70);
      expect((await call(`reset-password ${long}`)).err).toBe(`rowhouse: There is no account named "${long}".\n`);
      expect((await call('account role  Student37 --role student')).out).toContain('Student37 is a student now');
    });

    it('reads the demo’s passwords in its status, and not in what a service would log', async () => {
      const { out } = await command(system(), ['status']);
      expect(out).toContain('sign in as teacher, password teacher-demo-1');
      const said = system().lines.join('\n');
      expect(said).toMatch(/^Demo: who can sign in.* status --port \d+$/m);
      expect(said).not.toContain('demo-1');
    });

    it('is told in one line what was wrong, and never by a stack', async () => {
      for (const [args, message] of [
        [['statsu'], 'There is no command "statsu". Did you mean status?'],
        [['status'], 'No classroom runs here'],
        [['try'], 'Nobody answers at http://localhost:1'],
        [['roster', 'add', '/nowhere.csv'], '/nowhere.csv: no such file'],
        [['account', 'role', 'ada', '--role', 'boss'], '--role: "boss" is not one of student, teacher, admin'],
      ] as const) {
        const { code, out, err } = await command({ port: 1 }, args);
        expect([code, out]).toEqual([1, '']);
        expect(err).toMatch(/^rowhouse: .+\n$/);
        expect(err).toContain(message);
      }
    });
  });
}
