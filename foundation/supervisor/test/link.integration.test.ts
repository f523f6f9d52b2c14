import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { allGone, childSpec, fixture, isAlive, observe, typescriptArgs } from './harness.ts';

test('a linked child is ready with details, reports, and stops through its handlers, last one first', async () => {
  const { supervisor, events, next } = observe([childSpec('linked.ts', { settings: {}, stopTimeoutMs: 4_000 })]);
  const ready = next('child-ready');
  await supervisor.start();
  expect((await ready).details).toEqual({ hello: 'world' });
  const exited = next('child-exited');
  await supervisor.stop();
  expect(await exited).toMatchObject({ code: 0, signal: null, cause: 'requested' });
  const reports = events.flatMap((event) => (event.type === 'child-report' ? [event.data] : []));
  expect(reports).toEqual(['ERR_CHANNEL_LINE_TOO_LONG', { first: 4_000 }, 'second']);
});

test('what the parent tells is heard in order, also what came before anybody listened', async () => {
  const { supervisor, events, next } = observe([childSpec('linked.ts', { settings: { listens: true } })]);
  expect(supervisor.tell('linked.ts', 'too early')).toBe(false);
  const started = next('child-started');
  const ready = supervisor.start();
  await started;
  expect(supervisor.tell('linked.ts', { n: 1 })).toBe(true);
  await ready;
  expect(supervisor.tell('linked.ts', { n: 2 })).toBe(true);
  expect(supervisor.tell('nobody', {})).toBe(false);
  const reports = () => events.flatMap((event) => (event.type === 'child-report' ? [event.data] : []));
  while (reports().length < 3) await next('child-report');
  expect(reports().slice(1)).toEqual([{ told: { n: 1 } }, { told: { n: 2 } }]);
});

test('a stop handler that fails ends the process as any uncaught error does', async () => {
  const { supervisor, next } = observe([childSpec('linked.ts', { settings: { onStop: 'throw' }, stdout: 'pipe' })]);
  await supervisor.start();
  const exited = next('child-exited');
  await supervisor.stop();
  expect(await exited).toMatchObject({ code: 1, cause: 'requested' });
});

test('a stop handler that never comes back does not keep the process alive', async () => {
  const { supervisor } = observe([childSpec('linked.ts', { settings: { onStop: 'hang' }, stopTimeoutMs: 300 })]);
  await supervisor.start();
  await supervisor.stop();
  expect(supervisor.status()[0]?.state).toBe('stopped');
});

test('run by hand, there is no supervisor', async () => {
  const child = spawn(process.execPath, [...typescriptArgs, fixture('linked.ts')], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(7);
});

test('kill -9 of the supervisor itself leaves no children', async () => {
  const args = [...typescriptArgs, fixture('supervises.ts'), fixture('linked.ts'), ...typescriptArgs];
  const supervisor = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(supervisor.stdout), 'line')) as [string];
  const pids = JSON.parse(line) as number[];
  expect(pids.map(isAlive)).toEqual([true, true]);
  supervisor.kill('SIGKILL');
  await allGone(pids);
});
