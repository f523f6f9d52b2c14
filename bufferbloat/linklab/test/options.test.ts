import { describe, expect, it } from 'vitest';
import { LabError } from '../src/errors.ts';
import { parseOptions } from '../src/options.ts';

describe('parseOptions', () => {
  it('reads the link and leaves the rest to the command', () => {
    expect(
      parseOptions(['--down', '20mbit/200ms', '--up=5mbit/300ms', '--rtt', '20ms', '--', 'curl', '--up', 'x']),
    ).toEqual({
      link: { down: { rateMbps: 20, queueMs: 200 }, up: { rateMbps: 5, queueMs: 300 }, baseRttMs: 20 },
      command: ['curl', '--up', 'x'],
    });
    expect(parseOptions(['--down', '20mbit/200ms', '--up', '5mbit/300ms'])?.command).toEqual([]);
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  it('gives each user of the household a fair share where asked for', () => {
    const link = ['--down', '20mbit/200ms', '--up', '5mbit/300ms'];
    expect(parseOptions(link)?.link.fairPorts).toBeUndefined();
    expect(parseOptions([...link, '--fair'])?.link.fairPorts).toEqual([8002, 8003, 8001, 8004]);
  });

  it.each([
    [[], '--down is missing'],
    [['--down', '20mbit/200ms'], '--up is missing'],
    [['--down'], "Option '--down <value>' argument missing"],
    [['--speed', '3'], "Unknown option '--speed'"],
    [['--down', '20mbit/200ms', '--up', '5mbit/300ms', 'curl'], "Unexpected argument 'curl'"],
    [['--down', '20mbit/200ms', '--up', '5mbit/300'], 'up: "300" in "5mbit/300"'],
  ])('refuses %j in one line', (args, message) => {
    expect(() => parseOptions(args)).toThrow(LabError);
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).not.toThrow('\n');
  });
});
