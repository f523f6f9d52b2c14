import { describe, expect, it } from 'vitest';
import { whatItMeans } from '../../src/db/away.ts';
import { createBoundedQueue } from '../../src/db/queue.ts';

describe('the queue', () => {
  it('keeps order and its bound, and counts what found no place', () => {
    const queue = createBoundedQueue<number>(3);
    for (let item = 1; item <= 5; item += 1) queue.push(item);
    expect(queue.peek(10)).toEqual([1, 2, 3]);
    expect(queue.dropped).toBe(2);
    queue.remove(2);
    queue.push(6);
    expect(queue.peek(10)).toEqual([3, 6]);
    expect(queue.length).toBe(2);
  });
});

describe('an error of the database', () => {
  const error = (message: string, code?: string) =>
    Object.assign(new Error(message), code === undefined ? {} : { code });
  it.each([
    [error('', 'ECONNREFUSED'), 'gone'],
    [error('connect ENOENT', 'ENOENT'), 'gone'],
    [error('terminating connection', '57P01'), 'gone'],
    [error('starting up', '57P03'), 'gone'],
    [error('connection failure', '08006'), 'gone'],
    [error('read-only', '25006'), 'gone'],
    [error('Connection terminated unexpectedly'), 'gone'],
    [error('Query read timeout'), 'gone'],
    [error('canceling statement due to statement timeout', '57014'), 'cannot-now'],
    [error('too many connections', '53300'), 'cannot-now'],
    [error('disk full', '53100'), 'cannot-now'],
    [error('deadlock', '40P01'), 'cannot-now'],
    [error('timeout exceeded when trying to connect'), 'unclear'],
    [error('duplicate key', '23505'), 'own'],
    [error('invalid byte sequence', '22021'), 'own'],
    [error('a mistake of ours'), 'own'],
    ['not even an error', 'own'],
  ])('%s means %s', (given, meaning) => {
    expect(whatItMeans(given)).toBe(meaning);
  });
});
