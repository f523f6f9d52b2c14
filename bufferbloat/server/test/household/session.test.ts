import { describe, expect, it } from 'vitest';
import { FROM_MS, open } from './by-the-clock.ts';
import { messageOf } from './client.ts';

describe('a session by the clock', () => {
  it('ends after 30 s in which the client only answered pings', () => {
    const { session, pass, endings, line } = open('alex');
    pass(29_999, 1000, () => session.onPong());
    expect(endings).toEqual([]);
    pass(1);
    expect(endings).toEqual(['inactive']);
    expect(line.texts.at(-1)).toMatchObject({ type: 'ended', code: 'inactive' });
    expect(line.pings).toBe(5);
  });

  it('ends after 15 s without a sign of life', () => {
    const { pass, endings } = open('alex');
    pass(14_999, 100);
    expect(endings).toEqual([]);
    pass(1);
    expect(endings).toEqual(['no-pong']);
  });

  it('ends after five minutes, whatever the client does', () => {
    const { session, pass, endings } = open('alex');
    const alive = () => session.onText('{"type":"quality","quality":0}');
    pass(299_000, 1000, alive);
    expect(endings).toEqual([]);
    pass(1000, 1000, alive);
    expect(endings).toEqual(['too-long']);
  });

  it('cleans up before it sends, in the very turn in which the time is over', () => {
    const { session, start, pass, endings, line } = open('alex');
    start();
    pass(20_000, 1, () => session.onPong());
    const before = line.frames.length;
    expect(before).toBeGreaterThan(20 * 128 - 5);
    pass(20_000, 20_000);
    expect(endings).toEqual(['inactive']);
    expect(line.frames.length).toBe(before);
  });

  it('reports every second, what came since the one before', () => {
    const { session, start, pass, line } = open('alex');
    start();
    pass(500);
    const frame = messageOf({ stream: 1, sequence: 0, dueMs: FROM_MS + 400 }, 1465);
    session.onBinary(frame.subarray(0, 32), 1465);
    pass(1600);
    const reports = line.texts.filter((message) => message.type === 'report');
    expect(reports.map(({ timeMs }) => timeMs - FROM_MS)).toEqual([1000, 2000]);
    expect(reports.map(({ arrivals }) => arrivals)).toEqual([[[1, 0, 100, 1465]], []]);
    expect(reports.map(({ receivedBytes }) => receivedBytes)).toEqual([[[1, 1465]], [[1, 1465]]]);
  });

  it.each(['jake', 'computer', 'alex'])('%s: is not the server being late when the line lets nothing through', (id) => {
    const { session, start, pass, line, worstLateMs } = open(id);
    start();
    pass(500);
    line.stuck = true;
    pass(300, 1, () => session.onPong());
    line.release();
    pass(200);
    expect(worstLateMs()).toBeLessThanOrEqual(1);
  });

  it('drops ticks while the client does not read, and ends when it never reads again', () => {
    const { session, start, pass, endings, line } = open('alex');
    start();
    pass(1000);
    line.stuck = true;
    pass(1000);
    const stuck = line.texts.findLast((message) => message.type === 'report');
    line.release();
    pass(1100);
    const after = line.texts.findLast((message) => message.type === 'report');
    expect(after?.sent[0]?.dropped).toBeGreaterThan(100);
    expect(after?.sent[0]?.dropped).toBeLessThan(128);
    expect(stuck?.sent[0]?.dropped ?? 0).toBe(0);
    line.stuck = true;
    pass(20_000, 1);
    expect(endings).toEqual(['no-pong']);
    expect(session.ended).toBe(true);
  });

  it('ends at once on a failed send', () => {
    const { start, pass, endings, line } = open('alex');
    start();
    pass(100);
    line.destroy();
    pass(8);
    expect(endings).toEqual(['send-failed']);
  });

  it('ends when the server has sent what it may', () => {
    const { start, pass, endings } = open('computer', { budgetBytes: 10e6 });
    start();
    pass(2000);
    expect(endings).toEqual(['outgoing-budget']);
  });

  it('sends no more after a stop, says so, and does not start again', () => {
    const { session, start, pass, endings, line } = open('sarah');
    start();
    pass(500);
    session.onText('{"type":"stop"}');
    expect(line.texts.slice(-2).map(({ type }) => type)).toEqual(['report', 'stopped']);
    const { length } = line.frames;
    pass(500);
    expect(line.frames.length).toBe(length);
    session.onText('{"type":"stop"}');
    expect(line.texts.at(-1)?.type).toBe('stopped');
    start();
    expect(endings).toEqual(['bad-message']);
  });

  it.each([
    ['a variant that there is not', { variant: 'x' }],
    ['a variant by the name of an object’s own', { variant: 'constructor' }],
  ])('refuses %s', (_, more) => {
    const { start, endings } = open('computer');
    start(more);
    expect(endings).toEqual(['bad-message']);
  });

  it('takes the quality for the next segment', () => {
    const { session, start, pass, line } = open('jake');
    start();
    pass(500, 1, () => session.onPong());
    session.onText('{"type":"quality","quality":4}');
    pass(7000, 1, () => session.onPong());
    expect(line.frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(3_125_000 + 312_500);
  });
});
