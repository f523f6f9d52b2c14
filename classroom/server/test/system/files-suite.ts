import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Shared } from './support.ts';

export function filesSuite({ system, enter }: Shared): void {
  describe('files', () => {
    const content = (name: string) => `/api/files/content?path=${encodeURIComponent(name)}`;

    it('are saved whole, and never over what somebody else saved', async () => {
      const http = await enter('student08');
      const created = await http.send('PUT', content('a.py'), 'one', { 'if-none-match': '*' });
      expect(created.status).toBe(201);
      const etag = String(created.headers['etag']);
      expect((await http.send('PUT', content('a.py'), 'x', { 'if-none-match': '*' })).status).toBeGreaterThanOrEqual(
        409,
      );
      expect((await http.send('PUT', content('a.py'), 'two', { 'if-match': etag })).status).toBe(200);
      const late = await http.send('PUT', content('a.py'), 'three', { 'if-match': etag });
      expect([late.status, (JSON.parse(late.text) as { error: { code: string } }).error.code]).toEqual([
        412,
        'changed-meanwhile',
      ]);
      const read = await http.send('GET', content('a.py'));
      expect(read.text).toBe('two');
      expect(read.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'x-content-type-options': 'nosniff',
        'content-length': '3',
      });
      expect(read.headers['content-disposition']).toMatch(/^attachment; /);
      const again = await http.send('GET', content('a.py'), undefined, {
        'if-none-match': String(read.headers['etag']),
      });
      expect(again.status).toBe(304);
    });

    it('need the session’s token to change, and the student’s own hand', async () => {
      const http = await enter('student08');
      expect((await http.send('PUT', content('b.py'), 'x', { 'x-csrf-token': 'wrong' })).status).toBe(403);
      const teacher = await enter('teacher');
      const other = `&user=${http.accountId}`;
      expect((await teacher.send('GET', `${content('a.py')}${other}`)).text).toBe('two');
      expect((await teacher.send('PUT', `${content('a.py')}${other}`, 'x')).status).toBe(400);
      const neighbour = await enter('student09');
      expect((await neighbour.send('GET', `${content('a.py')}${other}`)).status).toBe(403);
      expect((await neighbour.send('GET', content('../student08/a.py'))).status).toBe(400);
      expect((await neighbour.send('PUT', content('class/mine.txt'), 'x')).status).toBe(403);
    });

    it('can be put into folders, moved and removed', async () => {
      const http = await enter('student10');
      const post = (path: string, body: object) =>
        http.send('POST', `/api/files/${path}`, JSON.stringify(body), { 'content-type': 'application/json' });
      expect((await post('folder', { path: 'work' })).status).toBe(201);
      expect((await post('folder', { path: 'work' })).status).toBe(409);
      await http.send('PUT', content('work/ä 1.txt'), 'x');
      expect((await post('rename', { path: 'work/ä 1.txt', to: 'b.txt' })).status).toBe(200);
      expect((await http.send('GET', content('work/ä 1.txt'))).status).toBe(404);
      await http.send('PUT', content('work/c.txt'), 'x');
      expect((await http.send('DELETE', content('work'))).status).toBe(409);
      expect((await http.send('DELETE', `${content('work')}&recursive=true`)).status).toBe(204);
      const usage = JSON.parse((await http.send('GET', '/api/files/usage')).text) as {
        bytes: number;
        limitBytes: number;
      };
      expect(usage.bytes).toBeGreaterThan(0);
      expect(usage.limitBytes).toBe(256 * 1024 ** 2);
    });

    it('are as they were when a save breaks off in the middle', async () => {
      const http = await enter('student11');
      await http.send('PUT', content('d.txt'), 'before');
      const csrf = JSON.parse((await http.send('GET', '/api/session')).text) as { csrfToken: string };
      const half = request(new URL(content('d.txt'), system().origin), {
        method: 'PUT',
        headers: { cookie: http.cookie, 'x-csrf-token': csrf.csrfToken, 'content-length': 1_000_000 },
      });
      half.on('error', () => {});
      half.write('x'.repeat(200_000));
      await new Promise((resolve) => setTimeout(resolve, 200));
      half.destroy();
      await expect.poll(async () => (await http.send('GET', content('d.txt'))).text).toBe('before');
      expect((await http.send('PUT', content('d.txt'), 'after')).status).toBe(200);
    });

    it('may be large, but not too large', async () => {
      const http = await enter('student12');
      const megabytes = 'x'.repeat(20 * 1024 ** 2);
      expect((await http.send('PUT', content('large.txt'), megabytes)).status).toBe(200);
      expect((await http.send('GET', content('large.txt'))).text).toBe(megabytes);
      const csrf = JSON.parse((await http.send('GET', '/api/session')).text) as { csrfToken: string };
      const status = await new Promise((resolve) => {
        const huge = request(new URL(content('huge.txt'), system().origin), {
          method: 'PUT',
          headers: { cookie: http.cookie, 'x-csrf-token': csrf.csrfToken, 'content-length': 10 * 1024 ** 3 },
        });
        huge.on('response', (response) => {
          resolve(response.statusCode);
          huge.destroy();
        });
        huge.on('error', () => {});
        huge.write('x');
      });
      expect(status).toBe(413);
    });
  });
}
