import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  choice,
  describeSettings,
  ipAddress,
  list,
  loadConfig,
  port,
  ServiceError,
  text,
  toggle,
  wholeNumber,
} from '../src/index.ts';

const schema = z.object({
  port: port({ help: 'Port of the page', default: 8000 }),
  pingPort: port({ help: 'Port of the probes', default: 8005 }),
  certFile: text({ help: 'Certificate', expects: 'a file name', alsoEnv: 'SSL_CERTFILE' }),
  address: ipAddress({ help: 'Address' }),
  production: toggle({ help: 'Quiet', default: false }),
  level: choice({ help: 'Level', of: ['low', 'high'], default: 'low' }),
  names: list({ help: 'Names', expects: 'a name', test: (value) => /^[a-z]+$/.test(value) }),
  limits: z.object({ perS: wholeNumber({ help: 'Rate', default: 5, min: 1, max: 10 }) }),
});

const folder = mkdtempSync(path.join(tmpdir(), 'service-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const file = (content: unknown): string => {
  files += 1;
  const name = path.join(folder, `${files}.json`);
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};
const load = (argv: string[], env: Record<string, string> = {}) => loadConfig({ schema, argv, env, prefix: 'APP' });
const complaint = (argv: string[], env: Record<string, string> = {}): string => {
  try {
    load(argv, env);
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('loadConfig', () => {
  it('has defaults', () => {
    expect(load([])).toEqual({
      port: 8000,
      pingPort: 8005,
      certFile: null,
      address: null,
      production: false,
      level: 'low',
      names: [],
      limits: { perS: 5 },
    });
  });

  it('lets flags win over the environment, that over the file, that over the defaults', () => {
    const name = file({ port: 1, pingPort: 1, limits: { perS: 1 } });
    const config = load(['--port', '3', '--config', name], { APP_PORT: '2', APP_PING_PORT: '2' });
    expect([config.port, config.pingPort, config.limits.perS]).toEqual([3, 2, 1]);
  });

  it('reads every form from flags', () => {
    const argv = ['--names', 'a, b', '--names=c', '--production', '--limits-per-s=7', '--level', 'high'];
    expect(load(argv)).toMatchObject({ names: ['a', 'b', 'c'], production: true, limits: { perS: 7 }, level: 'high' });
    expect(load(['--production=false'], { APP_PRODUCTION: '1' }).production).toBe(false);
    expect(load(['--production', 'no', '--port', '1'], { APP_PRODUCTION: '1' })).toMatchObject({
      production: false,
      port: 1,
    });
    expect(load(['--production', 'true'])).toMatchObject({ production: true });
  });

  it('reads every form from the environment, where empty means absent', () => {
    const env = { APP_NAMES: 'a,b', APP_PRODUCTION: 'yes', APP_LIMITS_PER_S: '7', SSL_CERTFILE: 'c.pem', APP_PORT: '' };
    expect(load([], env)).toMatchObject({
      names: ['a', 'b'],
      production: true,
      limits: { perS: 7 },
      certFile: 'c.pem',
      port: 8000,
    });
  });

  it('prefers the variable of its own to the common one', () => {
    expect(load([], { SSL_CERTFILE: 'common', APP_CERT_FILE: 'own' }).certFile).toBe('own');
  });

  it('finds the file by the environment', () => {
    expect(load([], { APP_CONFIG: file({ port: 9 }) }).port).toBe(9);
  });

  it('does not read values that are overridden', () => {
    expect(load(['--port', '3'], { APP_PORT: 'nonsense' }).port).toBe(3);
  });

  it.each([
    [['--port', 'abc'], '--port: "abc" is not a port (1-65535)'],
    [['--port', '65536'], '--port: 65536 is not a port (1-65535)'],
    [['--port', '1e3'], '--port: "1e3" is not a port (1-65535)'],
    [['--port', '--production'], '--port: "--production" is not a port (1-65535)'],
    [['--port'], '--port: needs a value: a port (1-65535)'],
    [['--port='], '--port: needs a value: a port (1-65535)'],
    [['--prot', '1'], '--prot: there is no such setting; did you mean --port?'],
    [['--zzzzzz'], '--zzzzzz: there is no such setting'],
    [['-p', '1'], '-p: there is no such setting'],
    [['serve'], '"serve" is not a setting; those begin with --'],
    [['--production', 'maybe'], '"maybe" is not a setting; those begin with --'],
    [['--production', 'no', 'no'], '"no" is not a setting; those begin with --'],
    [['--production=yes', 'no'], '"no" is not a setting; those begin with --'],
    [['--production=maybe'], '--production: "maybe" is not true or false'],
    [['--level', 'mid'], '--level: "mid" is not one of low, high'],
    [['--names', 'a,B'], '--names: "B" is not a name'],
    [['--address', '1.2.3'], '--address: "1.2.3" is not an IP address'],
    [['--limits-per-s', '11'], '--limits-per-s: 11 is not a whole number from 1 to 10'],
    [['--limits-per-s', '1.5'], '--limits-per-s: 1.5 is not a whole number from 1 to 10'],
    [['--config', '/nowhere.json'], '/nowhere.json: no such file'],
    [['--config', '/'], '/: is a directory'],
  ])('%j → %s', (argv, expected) => {
    expect(complaint(argv)).toBe(expected);
  });

  it('names the variable that is wrong', () => {
    expect(complaint([], { APP_PORT: 'abc' })).toBe('APP_PORT: "abc" is not a port (1-65535)');
  });

  it.each([
    [{ port: 'abc' }, 'port: "abc" is not a port (1-65535)'],
    [{ port: '80' }, 'port: "80" is not a port (1-65535)'],
    [{ prot: 1 }, 'prot: there is no such setting; did you mean port?'],
    [{ limits: { perM: 1 } }, 'limits.perM: there is no such setting; did you mean perS?'],
    [{ limits: 3 }, 'limits: 3 is not an object'],
    [{ names: ['a', 'B'] }, 'names: "B" is not a name'],
    [{ port: { a: 1 } }, 'port: {"a":1} is not a port (1-65535)'],
  ])('names the file and the key that is wrong: %j', (content, expected) => {
    const name = file(content);
    expect(complaint(['--config', name])).toBe(`${name}: ${expected}`);
  });

  it('names a file that is not JSON, on one line', () => {
    const name = file('{\n"port": 1,\n}');
    expect(complaint(['--config', name])).toMatch(new RegExp(`^${name}: is not valid JSON: [^\\n]+$`));
    const listed = file([]);
    expect(complaint(['--config', listed])).toBe(`${listed}: is not a JSON object`);
  });

  it('quotes at most 80 characters and no control characters', () => {
    const message = complaint(['--port', `\u001b[2J${'x'.repeat(500)}`]);
    expect(message.length).toBeLessThan(130);
    expect(message).not.toContain('\u001b');
  });
});

describe('describeSettings', () => {
  it('names flag, default and variables', () => {
    const help = describeSettings(schema, 'APP');
    expect(help).toContain('--port N\n      Port of the page [8000] (APP_PORT)');
    expect(help).toContain('--cert-file TEXT\n      Certificate (APP_CERT_FILE, SSL_CERTFILE)');
    expect(help).toContain('--limits-per-s N\n      Rate [5] (APP_LIMITS_PER_S)');
  });
});
