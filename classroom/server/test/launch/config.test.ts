import { loadConfig } from '@rowhouse/service';
import { describe, expect, it } from 'vitest';
import { checkRules, configSchema, listenAddress } from '../../src/config.ts';

const configure = (...argv: string[]) =>
  loadConfig({ schema: configSchema, argv, env: {}, prefix: 'ROWHOUSE_CLASSROOM' });

describe('where it listens', () => {
  it.each([
    [[], '127.0.0.1'],
    [['--insecure-http', 'true'], '::'],
    [['--ssl-certfile', 'a', '--ssl-keyfile', 'b'], '::'],
    [['--tls-in-front'], '::'],
    [['--demo'], '127.0.0.1'],
    [['--demo', '--ssl-certfile', 'a', '--ssl-keyfile', 'b'], '127.0.0.1'],
    [['--demo', '--insecure-http'], '127.0.0.1'],
    [['--demo', '--insecure-http', '--open-demo'], '::'],
    [['--host', '127.0.0.2'], '127.0.0.2'],
    [['--host', '10.0.0.1', '--insecure-http'], '10.0.0.1'],
  ])('%j: %s', (argv, address) => {
    expect(listenAddress(configure(...argv))).toBe(address);
  });

  it.each([
    [['--host', '0.0.0.0'], /--insecure-http true/],
    [['--demo', '--insecure-http', '--host', '0.0.0.0'], /--open-demo true/],
  ])('%j is refused, and told what to say', (argv, message) => {
    expect(() => checkRules(configure(...argv))).toThrow(message);
  });
});

describe('rules between settings', () => {
  it.each([
    [['--ssl-certfile', 'a'], '--ssl-keyfile: a certificate needs its key'],
    [['--ssl-keyfile', 'a'], '--ssl-certfile: a key needs its certificate'],
    [['--data-folder', 'here'], '--data-folder: "here" does not begin with /'],
    [['--database-url', 'mysql://x'], '--database-url: the address does not begin with postgres://'],
    [['--limits-run-memory-mib', '1024'], '--limits-room-memory-mib: 512 is less than one run may use (1024)'],
  ])('%j', (argv, message) => {
    expect(() => checkRules(configure(...argv))).toThrow(message);
  });

  it('lets the defaults pass', () => {
    expect(() => checkRules(configure())).not.toThrow();
  });
});
