import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { discoverySchema, profilesSchema, type Discovery } from '@rowhouse/bufferbloat-protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMERA } from './support/camera.ts';
import { line, outcome, run } from './support/launcher.ts';
import { get, openSession } from './support/session-client.ts';

interface Process {
  readonly id: string;
  readonly port: number;
  readonly status: string;
  readonly pid: number;
  readonly restarts: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'household-'));
const users = path.join(folder, 'users.json');
writeFileSync(users, JSON.stringify([CAMERA]));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the household under the launcher', () => {
  let launcher: ChildProcess;
  let port: string;
  const home = () => `http://localhost:${port}`;
  const processes = async () =>
    ((await get(`${home()}/virtual-household/process-health`)).body as { readonly processes: readonly Process[] })
      .processes;
  const alex = async () => (await processes()).find(({ id }) => id === 'alex') as Process;
  const discover = async (userId: string): Promise<Discovery> =>
    discoverySchema.parse((await get(`${home()}/ws/virtual-household/${userId}`)).body);

  beforeAll(async () => {
    const settings = ['--port', '0', '--ping-port', '0', '--household-users', users, '--log-level', 'error'];
    launcher = run(settings, { TESTS_PER_PROCESS: '12', MAX_PROCESSES: '5' });
    [, port = ''] = await line(launcher.stdout, /^healthy: main :(\d+) .*, camera :\d+ \(pid \d+\)/);
  });
  afterAll(() => void launcher.kill('SIGKILL'));

  it('has a process for every user type, one from a file included, each with its place in discovery', async () => {
    const all = await processes();
    expect(all.map(({ id, status, restarts }) => [id, status, restarts])).toEqual(
      ['alex', 'sarah', 'jake', 'computer', 'camera'].map((id) => [id, 'ok', 0]),
    );
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(5);
    for (const { id, port: own } of all) {
      expect(await discover(id)).toMatchObject({ redirect: true, port: own, user_id: id, udp: true });
      expect((await get(`http://localhost:${own}/health`)).body).toMatchObject({ user_id: id, max_sessions: 12 });
    }
    const { profiles } = profilesSchema.parse((await get(`${home()}/virtual-household/profiles`)).body);
    expect(profiles.at(-1)).toEqual(CAMERA);
    await using session = await openSession((await discover('camera')).websocket_url);
    session.say({ type: 'start', baseOneWayMs: 0 });
    expect((await session.next('report')).sent).toMatchObject([{ stream: 1 }]);
  });

  it('prints what runs', async () => {
    await using _session = await openSession((await discover('jake')).websocket_url);
    await expect
      .poll(async () => (await outcome(['status', '--port', port])).text.split('\n').map((row) => row.split(/\s+/)), {
        timeout: 20_000,
      })
      .toContainEqual(expect.arrayContaining(['jake', 'ok', '1', '0']));
    const { code, text } = await outcome(['status', '--port', port]);
    expect(code).toBe(0);
    expect(text).toMatch(
      /^Rowhouse [\d.]+ on port \d+: ok, up for \d+ s\nprocess +pid +port +state +sessions +restarts\n/,
    );
    for (const id of ['main', 'ping', 'alex', 'sarah', 'jake', 'computer', 'camera'])
      expect(text).toMatch(new RegExp(`^${id} +\\d+ +\\d+ +(?:ready|ok) +.*0$`, 'm'));
  });

  it('is soon whole again when a process is killed, and serves its user all the while', async () => {
    const before = await alex();
    await using session = await openSession(`ws://localhost:${port}/ws/virtual-household/alex`);
    expect(session.hello.forwarded).toBe(true);
    process.kill(before.pid, 'SIGKILL');
    await session.closed;
    const meanwhile = await openSession(`ws://localhost:${port}/ws/virtual-household/alex`);
    await meanwhile[Symbol.asyncDispose]();
    while ((await alex()).status !== 'ok') await new Promise((resolve) => setTimeout(resolve, 10));
    const after = await alex();
    expect(after).toMatchObject({ port: before.port, restarts: 1 });
    expect(after.pid).not.toBe(before.pid);
    expect(await discover('alex')).toMatchObject({ port: before.port, process_isolation: true });
  });

  it('stops in good order', async () => {
    const pids = (await processes()).map(({ pid }) => pid);
    const exited = once(launcher, 'exit');
    launcher.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await outcome(['status', '--port', port])).toEqual({
      code: 1,
      text: `rowhouse: nothing of ours answers on port ${port}: nobody listens there\n`,
    });
  });
});

describe('the command line', () => {
  it('starts, checks every endpoint and every user type, stops, and says how it went', async () => {
    const { code, text } = await outcome(['--test', '--port', '0', '--ping-port', '0'], {
      VH_ENABLE_MULTIPROCESS: 'false',
    });
    expect(text).not.toContain('FAILED');
    expect(text).toMatch(
      /^ok +sarah: discovery, session with traffic +\d\.\d\d Mbit\/s.* down, \d\.\d\d Mbit\/s.* up$/m,
    );
    expect(text).toMatch(/^Self-test passed: \d+ checks\.$/m);
    expect(code).toBe(0);
  });
});
