import { expect, test } from 'vitest';
import { logEvent, type SupervisorEvent, SupervisorError } from '../src/index.ts';

function logged(event: SupervisorEvent, more?: object): unknown[] {
  const lines: unknown[] = [];
  const take = (level: string) => (fields: object, message: string) =>
    void lines.push([level, message, JSON.parse(JSON.stringify(fields)) as unknown]);
  logEvent({ info: take('info'), warn: take('warn'), error: take('error') }, event, more);
  return lines;
}

const exit = { type: 'child-exited', id: 'main', code: 1, signal: null } as const;

test('an end that nobody asked for is a warning, one that was asked for is not', () => {
  const figures = { id: 'main', code: 1, signal: null };
  expect(logged({ ...exit, cause: 'own' })).toEqual([['warn', 'child-exited', { ...figures, cause: 'own' }]]);
  expect(logged({ ...exit, cause: 'requested' })).toEqual([
    ['info', 'child-exited', { ...figures, cause: 'requested' }],
  ]);
});

test('what the caller knows besides is on the line', () => {
  expect(logged({ type: 'child-started', id: 'main', pid: 7 }, { childPort: 8000 })).toEqual([
    ['info', 'child-started', { id: 'main', pid: 7, childPort: 8000 }],
  ]);
});

test('an error goes by the name under which its sentence is logged', () => {
  const error = new SupervisorError('ERR_CHILD_LOST', { childId: 'main' });
  let fields: object = {};
  const log = { info: () => {}, warn: () => {}, error: (got: object) => void (fields = got) };
  logEvent(log, { type: 'child-gave-up', id: 'main', error });
  expect(fields).toEqual({ id: 'main', err: error });
});
