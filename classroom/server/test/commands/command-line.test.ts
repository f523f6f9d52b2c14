import { loadConfig } from '@rowhouse/service';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/catalogue.ts';
import { readCommandLine } from '../../src/commands/command-line.ts';
import { CommandError } from '../../src/commands/errors.ts';
import { helpOf, overview } from '../../src/commands/help.ts';
import { commandSchema } from '../../src/commands/settings.ts';

const read = (line: string) => readCommandLine(line.split(' ').filter((word) => word !== ''));
const refusal = (line: string): string => {
  try {
    read(line);
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
  return '';
};

describe('a command line', () => {
  it('is a command, whom or what it is about, and settings', () => {
    expect(read('status')).toEqual({ help: false, name: 'status', subject: '', flags: [] });
    expect(read('account add ada --role admin --port=9000')).toEqual({
      help: false,
      name: 'account add',
      subject: 'ada',
      flags: ['--role', 'admin', '--port=9000'],
    });
  });

  it.each([
    ['statsu', 'There is no command "statsu". Did you mean status?'],
    ['rooster add x.csv', 'Did you mean roster add?'],
    ['account ad ada', 'Did you mean account add?'],
    ['account frobnicate ada', 'There is no command "account frobnicate".'],
    ['account', 'Say what to do: account add, account list, account role, account password, account remove.'],
    ['account add', 'account add: NAME is missing, as in: npm run classroom -- account add ada --role admin'],
    ['status now', 'status: "now" is one word too many. As in: npm run classroom -- status'],
    ['account add ada lovelace', '"lovelace" is one word too many'],
    ['--port 9000 status', 'Name a command first'],
    ['status --prot 9000', 'status has no setting --prot; did you mean --port?'],
    ['status --memory-mib=3', 'status has no setting --memory-mib; it has --port, --config'],
    ['constructor', 'There is no command "constructor".'],
    ['status -p', 'status has no setting -p'],
  ])('%s: %s', (line, message) => {
    expect(refusal(line)).toContain(message);
  });

  it('asks for help about all, or about one', () => {
    expect(read('--help')).toEqual({ help: true, command: undefined });
    expect(read('-h')).toEqual({ help: true, command: undefined });
    expect(read('account --help')).toEqual({ help: true, command: undefined });
    expect(read('roster add --help')).toMatchObject({ help: true, command: { name: 'roster add' } });
    expect(refusal('statsu --help')).toContain('Did you mean status?');
  });
});

describe('help', () => {
  it('names every command on a line of its own, and no setting of the server', () => {
    const text = overview();
    for (const { name } of COMMANDS) expect(text).toContain(`\n  ${name}`);
    expect(text.split('\n').length).toBeLessThan(25);
    expect(text).not.toContain('--limits-');
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s has an example that can be called',
    (name, command) => {
      const text = helpOf(command);
      expect(text).toContain(`Example: npm run classroom -- ${name}`);
      expect(text.split('\n').length).toBeLessThan(25);
      const asked = read(command.example);
      expect(asked).toMatchObject({ help: false, name });
      for (const flag of text.match(/^ {2}--[a-z-]+/gm) ?? [])
        expect(refusal(`${command.example} ${flag.trim()} x`)).toBe('');
      if (!asked.help) loadConfig({ schema: commandSchema, argv: asked.flags, env: {}, prefix: 'X' });
    },
  );
});
