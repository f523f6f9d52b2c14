import { describe, expect, it } from 'vitest';
import { connectOperator } from '../../src/commands/operator-client.ts';
import { openSocket } from '../../src/commands/socket-client.ts';
import { statusLines } from '../../src/commands/status.ts';
import { tryClassroom } from '../../src/commands/try.ts';
import { demoPassword } from '../../src/demo/people.ts';
import { type Shared, startInVain } from './support.ts';

export function wholeSuite({ system, enter }: Shared): void {
  describe('a whole classroom', () => {
    it('lets a student run a script, answer it, use a REPL and save a file', async () => {
      const lines: string[] = [];
      await tryClassroom({
        origin: system().origin,
        name: 'student38',
        password: demoPassword('student38'),
        newPassword: () => Promise.reject(new Error('asked')),
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
      expect((await student.send('GET', '/system-stats', undefined, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(
        403,
      );
      expect((await student.send('GET', '/metrics', undefined, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(403);
      const lines = await statusLines(connectOperator(system().operatorSocket));
      expect(lines[0]).toMatch(/^Rowhouse classroom: healthy/);
    });

    it('refuses a second one in the same data folder, in one line', async () => {
      const { code, text } = await startInVain(['--port', '0', '--data-folder', system().dataFolder]);
      expect(code).toBe(1);
      expect(text).toMatch(/^rowhouse: .*is in use by another classroom \(process \d+\)/m);
    });
  });

  describe('a server that is killed', () => {
    it('comes back, knows who was signed in, and has what was saved', async () => {
      const http = await enter('student13');
      await http.send('PUT', '/api/files/content?path=kept.txt', 'kept');
      const socket = await openSocket(http);
      await socket.start({ type: 'run', requestId: 'r', source: 'import time\ntime.sleep(60)' });
      process.kill(system().mainPid, 'SIGKILL');
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
}
