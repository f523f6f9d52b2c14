import { describe, expect, it } from 'vitest';
import { readOptions } from '../src/options.ts';

const SERVER = ['--server', 'http://192.0.2.1:8000'];

describe('the command line', () => {
  it('needs only a server', () => {
    expect(readOptions(SERVER)).toEqual({
      server: new URL('http://192.0.2.1:8000'),
      json: undefined,
      csv: undefined,
      scale: 1,
      udp: true,
    });
  });

  it('takes all its flags', () => {
    expect(readOptions([...SERVER, '--json', '-', '--csv', 'out.csv', '--scale', '0.1', '--no-udp'])).toMatchObject({
      json: '-',
      csv: 'out.csv',
      scale: 0.1,
      udp: false,
    });
  });

  it('keeps only the origin of an address', () => {
    expect(readOptions(['--server', 'https://example.org/path?x=1'])?.server.href).toBe('https://example.org/');
  });

  it('is undefined when help is wanted, whatever else is there', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [[], '--server is missing'],
    [['--server', 'example.org'], '--server must be an http or https address, not "example.org"'],
    [['--server', 'ftp://example.org'], '--server must be'],
    [[...SERVER, '--scale', '2'], '--scale must be 0.02 to 1, not "2"'],
    [[...SERVER, '--scale', 'x'], '--scale must be'],
    [[...SERVER, '--json', '-', '--csv', '-'], '--json and --csv'],
    [[...SERVER, '--fast'], "Unknown option '--fast'"],
    [[...SERVER, '--json'], '--json'],
  ])('refuses %j by name', (args, message) => {
    expect(() => readOptions(args)).toThrow(
      expect.objectContaining({ code: 'bad-usage', message: expect.stringContaining(message) }),
    );
  });
});
