import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { createSupervisor } from '../src/index.ts';
import { allGone, childSpec, isAlive, observe, patient } from './harness.ts';

const coded = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

describe('starting and stopping', () => {
  test('children start in order, each when the one before is ready, and stop in reverse', async () => {
    const { supervisor, events } = observe(['a', 'b', 'c'].map((id) => childSpec('obedient', { id })));
    await supervisor.start();
    await supervisor.stop();
    const order = (...types: string[]) =>
      events.flatMap((event) => (types.includes(event.type) && 'id' in event ? `${event.type} ${event.id}` : []));
    expect(order('child-started', 'child-ready')).toEqual(
      ['a', 'b', 'c'].flatMap((id) => [`child-started ${id}`, `child-ready ${id}`]),
    );
    expect(order('child-stopping', 'child-exited')).toEqual(
      ['c', 'b', 'a'].flatMap((id) => [`child-stopping ${id}`, `child-exited ${id}`]),
    );
    expect(supervisor.registry.list()).toEqual([]);
  });

  test('settings travel over the channel, the environment holds a PATH, and status tells what is known', async () => {
    const { supervisor } = observe([childSpec('obedient', { settings: { secret: 'x' } })]);
    await supervisor.start();
    const [status] = supervisor.status();
    expect(status).toMatchObject({ id: 'obedient', owner: 'test', kind: 'fixture', state: 'ready', restarts: 0 });
    expect(status?.lastReport).toEqual({ settings: { secret: 'x' }, environment: ['PATH'] });
    expect(Math.abs((status?.readySince ?? 0) - Date.now())).toBeLessThan(10_000);
    expect((await supervisor.registry.usage(status?.pid ?? 0))?.memoryBytes).toBeGreaterThan(1_000_000);
  });

  test('piped output becomes events', async () => {
    const { supervisor, events } = observe([childSpec('talks', { stdout: 'pipe' })]);
    await supervisor.start();
    await supervisor.stop();
    const lines = events.flatMap((event) => (event.type === 'child-output' ? `${event.stream}: ${event.line}` : []));
    expect(lines.toSorted()).toEqual(['stderr: three', 'stdout: one', 'stdout: two']);
  });

  test('a stop during the start ends both', async () => {
    const { supervisor, next } = observe([childSpec('obedient'), childSpec('never-ready')]);
    const started = supervisor.start();
    const rejected = expect(started).rejects.toEqual(coded('ERR_SUPERVISOR_STOPPED'));
    await next('child-started', 'never-ready');
    await supervisor.stop();
    await rejected;
  });

  test.each([
    { fixture: 'crashes-at-start', code: 'ERR_CHILD_EXITED_EARLY', details: { code: 1 } },
    { fixture: 'exits-instantly', code: 'ERR_CHILD_EXITED_EARLY', details: { code: 0 } },
    { fixture: 'never-ready', code: 'ERR_CHILD_READY_TIMEOUT', details: { readyTimeoutMs: 300 } },
  ])('$fixture: the start fails with $code and what had started is stopped', async ({ fixture, code, details }) => {
    const readyTimeoutMs = fixture === 'never-ready' ? 300 : 15_000;
    const { supervisor, events } = observe([
      childSpec('obedient'),
      childSpec(fixture, { readyTimeoutMs, stdout: 'pipe' }),
    ]);
    await expect(supervisor.start()).rejects.toEqual(coded(code, { childId: fixture, ...details }));
    expect(supervisor.status().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(events.at(-1)?.type).toBe('supervisor-stopped');
    const pids = events.flatMap((event) => (event.type === 'child-started' ? event.pid : []));
    expect(pids.some(isAlive)).toBe(false);
  });

  test('a program that does not exist is named', async () => {
    const { supervisor } = observe([childSpec('nowhere', { command: '/no/such/program' })]);
    await expect(supervisor.start()).rejects.toEqual(
      coded('ERR_CHILD_SPAWN', { childId: 'nowhere', command: '/no/such/program' }),
    );
  });

  test('a process over a limit is not even started', async () => {
    const children = ['a', 'b'].map((id) => childSpec('obedient', { id }));
    const { supervisor, types } = observe(children, { limits: { perOwner: 1 } });
    await expect(supervisor.start()).rejects.toEqual(
      coded('ERR_REGISTRY_LIMIT', { limit: 'owner', name: 'test', value: 1 }),
    );
    expect(types('b')).toEqual(['child-start-failed']);
  });

  test('options that cannot work are refused with their name and value', () => {
    const create = (spec: object, more: object = {}) =>
      createSupervisor({
        children: [childSpec('obedient', spec)],
        intensity: { restarts: 1, periodMs: 1 },
        onEvent: () => undefined,
        ...more,
      });
    expect(() => create({ readyTimeoutMs: -1 })).toThrow(
      'child "obedient": readyTimeoutMs must be a number of milliseconds above 0, got -1',
    );
    expect(() => create({ restart: 'always' })).toThrow('one of permanent, transient, temporary, got "always"');
    expect(() => create({ health: { intervalMs: 10, timeoutMs: 20, failures: 1 } })).toThrow('health.timeoutMs');
    expect(() => create({}, { intensity: { restarts: 1.5, periodMs: 1 } })).toThrow('intensity.restarts');
    expect(() => create({}, { children: [childSpec('obedient'), childSpec('obedient')] })).toThrow('already a child');
  });
});

describe('restarting', () => {
  test('kill -9 of a child that had been ready for long: started again at once', async () => {
    const { supervisor, next } = observe([childSpec('obedient')], {
      backoff: { minStartIntervalMs: 1 },
      clock: patient,
    });
    await supervisor.start();
    const pid = supervisor.status()[0]?.pid ?? 0;
    const ready = next('child-ready');
    process.kill(pid, 'SIGKILL');
    await ready;
    expect(supervisor.status()[0]).toMatchObject({ restarts: 1, lastExit: { signal: 'SIGKILL', cause: 'own' } });
    expect(supervisor.status()[0]?.pid).not.toBe(pid);
  });

  test('one restart too many stops everything', async () => {
    const { supervisor, next, events } = observe([childSpec('obedient', { id: 'other' }), childSpec('obedient')], {
      intensity: { restarts: 1, periodMs: 60_000 },
      backoff: { minStartIntervalMs: 1 },
    });
    await supervisor.start();
    const ready = next('child-ready', 'obedient');
    process.kill(supervisor.status()[1]?.pid ?? 0, 'SIGKILL');
    await ready;
    const stopped = next('supervisor-stopped');
    process.kill(supervisor.status()[1]?.pid ?? 0, 'SIGKILL');
    expect((await stopped).error).toEqual(coded('ERR_SUPERVISOR_ESCALATED', { childId: 'obedient', restarts: 1 }));
    expect(events.filter(({ type }) => type === 'escalated')).toHaveLength(1);
    expect(supervisor.status().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  });

  test('a restart by hand is ready when it resolves and counts as no failure', async () => {
    const { supervisor } = observe([childSpec('obedient')], { intensity: { restarts: 0, periodMs: 60_000 } });
    await supervisor.start();
    const before = supervisor.status()[0]?.pid;
    await supervisor.restart('obedient');
    expect(supervisor.status()[0]).toMatchObject({ state: 'ready', restarts: 0 });
    expect(supervisor.status()[0]?.pid).not.toBe(before);
    await expect(supervisor.restart('nobody')).rejects.toEqual(coded('ERR_SUPERVISOR_UNKNOWN_ID'));
  });

  test('a child whose event loop hangs is killed and replaced', async () => {
    const health = { intervalMs: 100, timeoutMs: 100, failures: 2 };
    const { supervisor, next, types } = observe([childSpec('deaf', { health })]);
    await supervisor.start();
    await next('child-restarting');
    expect(types('deaf').slice(-4)).toEqual(['child-unhealthy', 'child-killed', 'child-exited', 'child-restarting']);
  });

  test.each(['garbage', 'giant line', 'messages'])(
    'a child that floods the channel with %s is killed',
    async (flood) => {
      const { supervisor, next } = observe([childSpec('floods-channel', { settings: { flood } })]);
      const broken = next('child-protocol-error');
      const exited = next('child-exited');
      // It may break the rules before or after its "ready" has been read.
      await supervisor.start().catch(() => undefined);
      expect((await broken).reason).toMatch(/not a message|more than/);
      expect((await exited).cause).toBe('protocol');
    },
  );
});

describe('ending what does not want to end', () => {
  test('SIGKILL follows when SIGTERM is ignored', async () => {
    const { supervisor, types } = observe([childSpec('ignores-sigterm', { stopTimeoutMs: 200 })]);
    await supervisor.start();
    const beganMs = performance.now();
    await supervisor.stop();
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(199);
    expect(types('ignores-sigterm').slice(-3)).toEqual(['child-report', 'child-killed', 'child-exited']);
  });

  test('a second wish to stop need not wait for the first', async () => {
    const { supervisor, next, types } = observe([childSpec('ignores-sigterm', { stopTimeoutMs: 600_000 })]);
    await supervisor.start();
    const asked = next('child-report');
    const stopped = supervisor.stop();
    await asked;
    supervisor.kill();
    await stopped;
    expect(types('ignores-sigterm').slice(-2)).toEqual(['child-report', 'child-exited']);
  });

  test('a grandchild that holds the pipe dies with its group', async () => {
    const { supervisor, next } = observe([childSpec('grandchild-holds-pipe', { stdout: 'pipe' })]);
    const ready = next('child-ready');
    await supervisor.start();
    const { grandchild } = (await ready).details as { grandchild: number };
    expect(isAlive(grandchild)).toBe(true);
    await supervisor.stop();
    await allGone([grandchild]);
  });

  test('kill -9 of the leader leaves nothing of its group behind and does not delay the restart', async () => {
    const { supervisor, next } = observe([childSpec('grandchild-holds-pipe', { stdout: 'pipe' })], {
      backoff: { minStartIntervalMs: 1 },
      clock: patient,
    });
    const first = next('child-ready');
    await supervisor.start();
    const { grandchild } = (await first).details as { grandchild: number };
    const ready = next('child-ready');
    process.kill(supervisor.status()[0]?.pid ?? 0, 'SIGKILL');
    await ready;
    expect(isAlive(grandchild)).toBe(false);
  });

  test('one that left the group is not ours to signal, and its hold on the pipe delays nothing for long', async () => {
    const spec = childSpec('grandchild-holds-pipe', { stdout: 'pipe', settings: { escapes: true } });
    const { supervisor, next } = observe([spec]);
    const ready = next('child-ready');
    await supervisor.start();
    const { grandchild } = (await ready).details as { grandchild: number };
    // Were it waited for, this would not end: the grandchild lives on.
    await supervisor.stop();
    expect(isAlive(grandchild)).toBe(true);
    process.kill(-grandchild, 'SIGKILL');
  });
});

describe('children added later', () => {
  test('are added, removed and added again', async () => {
    const { supervisor } = observe([childSpec('obedient')]);
    await expect(supervisor.add(childSpec('obedient', { id: 'x' }))).rejects.toEqual(coded('ERR_SUPERVISOR_STATE'));
    await supervisor.start();
    await supervisor.add(childSpec('obedient', { id: 'x' }));
    await expect(supervisor.add(childSpec('obedient', { id: 'x' }))).rejects.toEqual(
      coded('ERR_SUPERVISOR_DUPLICATE_ID'),
    );
    expect(supervisor.status().map(({ id, state }) => [id, state])).toEqual([
      ['obedient', 'ready'],
      ['x', 'ready'],
    ]);
    await supervisor.remove('x');
    expect(supervisor.status()).toHaveLength(1);
    await supervisor.add(childSpec('obedient', { id: 'x' }));
    expect(supervisor.registry.list()).toHaveLength(2);
  });

  test('start beside those that wait for each other', async () => {
    const { supervisor, events } = observe([childSpec('obedient', { id: 'a' }), childSpec('obedient', { id: 'b' })]);
    const started = supervisor.start();
    const added = supervisor.add(childSpec('obedient', { id: 'x' }));
    await Promise.all([started, added]);
    const order = events.flatMap((event) => (event.type === 'child-started' ? event.id : []));
    expect(order).toEqual(['a', 'x', 'b']);
    await supervisor.stop();
    const stopped = events.flatMap((event) => (event.type === 'child-stopping' ? event.id : []));
    expect(stopped).toEqual(['x', 'b', 'a']);
  });

  test('do not fail the start of the others', async () => {
    const { supervisor } = observe([childSpec('obedient')]);
    const started = supervisor.start();
    await expect(supervisor.add(childSpec('exits-instantly'))).rejects.toEqual(coded('ERR_CHILD_EXITED_EARLY'));
    await started;
    expect(supervisor.status().map(({ id, state }) => [id, state])).toEqual([['obedient', 'ready']]);
  });

  test('fail alone', async () => {
    const { supervisor } = observe([childSpec('obedient')]);
    await supervisor.start();
    await expect(supervisor.add(childSpec('exits-instantly'))).rejects.toEqual(coded('ERR_CHILD_EXITED_EARLY'));
    expect(supervisor.status().map(({ id, state }) => [id, state])).toEqual([['obedient', 'ready']]);
  });
});
