import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '@rowhouse/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Accounts } from '../../src/accounts/api.ts';
import type { Store } from '../../src/db/api.ts';
import { preparePeople } from '../../src/main-server/prepare-people.ts';

let dataFolder: string;
beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'rowhouse-people-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true }));

interface Case {
  readonly demo?: boolean;
  readonly terminal?: boolean;
  readonly production?: boolean;
  readonly port?: number;
  readonly hasAdmin?: boolean;
}

/** What is printed, and what is logged, by a classroom that starts. */
async function say({ demo = false, terminal = true, production = false, port = 10_086, hasAdmin = false }: Case) {
  const printed: string[] = [];
  const logged: string[] = [];
  const accounts = {
    isEmpty: async () => true,
    createMany: async () => [],
  } as unknown as Accounts;
  const store = { onUp: (listener: (up: boolean) => void) => listener(true) } as unknown as Store;
  const destination = { write: (line: string) => void logged.push(line) };
  await preparePeople(
    {
      demo,
      dataFolder,
      store,
      accounts,
      port,
      origin: 'http://localhost:10086',
      offerFirstAdmin: async () => (hasAdmin ? undefined : 'T0KEN'),
      print: production ? undefined : (line) => void printed.push(line),
      isTerminal: terminal,
      log: createLogger({ service: 'test', port: 0, level: 'info', destination }),
    },
    (error) => {
      throw error;
    },
  );
  return { printed: printed.join('\n'), logged: logged.join('\n') };
}

describe('who starts a classroom', () => {
  it('is given a link for the first administrator, and told a command, as long as there is none', async () => {
    const command = 'npm run classroom -- account add NAME --role admin';
    const { printed, logged } = await say({});
    expect(printed).toContain('There is no administrator yet.');
    expect(printed).toContain('  http://localhost:10086/first-admin#T0KEN\n');
    expect(printed.endsWith(command)).toBe(true);
    expect(logged).toBe('');
    expect((await say({ port: 9000 })).printed).toContain(`${command} --port 9000`);
    const inProduction = await say({ production: true });
    expect(inProduction.logged).toContain(command);
    expect(inProduction.logged).not.toContain('T0KEN');
    expect(inProduction.printed).toBe('');
    expect((await say({ hasAdmin: true })).printed).toBe('');
  });

  it('reads the passwords of a demo at a terminal', async () => {
    const { printed, logged } = await say({ demo: true });
    expect(printed).toContain('password teacher-demo-1');
    expect(printed).toContain('student01 to student38, password student01-demo-1');
    expect(printed).toContain('npm run classroom -- try');
    expect(logged).toBe('');
  });

  it('is told where to read them elsewhere: what is printed may be sent anywhere', async () => {
    const { printed } = await say({ demo: true, terminal: false, port: 9000 });
    expect(printed).toMatch(/^Demo: who can sign in.*npm run classroom -- status --port 9000/);
    expect(printed).not.toContain('demo-1');
    const quiet = await say({ demo: true, terminal: false, production: true });
    expect(quiet.printed + quiet.logged).not.toContain('demo-1');
  });
});
