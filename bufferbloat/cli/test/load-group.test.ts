import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliError } from '../src/errors.ts';
import { type LoadEvents, LoadGroup } from '../src/load-group.ts';

/** A group whose connections are events that a test sets off. */
function group() {
  const opened: { events: LoadEvents; ended: boolean }[] = [];
  const failures: CliError[] = [];
  const load = new LoadGroup(
    (events) => {
      const connection = { events, ended: false };
      opened.push(connection);
      return { end: () => (connection.ended = true) };
    },
    (error) => failures.push(error),
  );
  return { load, opened, failures };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('LoadGroup', () => {
  it('opens as many as are wanted and ends every one of them', () => {
    const { load, opened } = group();
    load.want(2);
    load.want(3);
    expect(opened).toHaveLength(3);
    load.want(0);
    expect(opened.every(({ ended }) => ended)).toBe(true);
  });

  it('counts bytes until the end, and not what still comes after it', () => {
    const { load, opened } = group();
    load.want(1);
    opened.at(0)!.events.bytes(10);
    load.want(0);
    opened.at(0)!.events.bytes(5);
    expect(load.receivedBytes).toBe(10);
  });

  it('opens again what ended by itself, not at once', () => {
    const { load, opened } = group();
    load.want(1);
    opened.at(0)!.events.ended(undefined);
    opened.at(0)!.events.ended(undefined);
    expect(opened).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(opened).toHaveLength(2);
  });

  it('opens nothing again once none is wanted, and leaves no timer behind', () => {
    const { load, opened } = group();
    load.want(1);
    opened.at(0)!.events.ended(undefined);
    load.want(0);
    vi.advanceTimersByTime(10_000);
    expect(opened).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up after twenty failures in a row, once, in the words of the server', () => {
    const { load, opened, failures } = group();
    load.want(1);
    for (let each = 0; each < 30; each += 1) {
      opened.at(-1)!.events.ended(new CliError('refused', 'too much'));
      vi.advanceTimersByTime(250);
    }
    expect(failures.map(({ code, message }) => [code, message])).toEqual([['refused', 'too much']]);
    expect(opened).toHaveLength(20);
    expect(load.wanted).toBe(0);
  });

  it('does not count failures that bytes came between', () => {
    const { load, opened, failures } = group();
    load.want(1);
    for (let each = 0; each < 30; each += 1) {
      opened.at(-1)!.events.bytes(1);
      opened.at(-1)!.events.ended(new Error('reset'));
      vi.advanceTimersByTime(250);
    }
    expect(failures).toEqual([]);
  });

  it('calls failures without an answer a lost connection', () => {
    const { load, opened, failures } = group();
    load.want(20);
    for (const { events } of opened) events.ended(new Error('reset'));
    expect(failures.map(({ code }) => code)).toEqual(['connection-lost']);
  });
});
