import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askNewPassword, createAsker } from '../../src/commands/asker.ts';

/** Somebody who answers each question as it appears; what the terminal showed. */
function terminal(...answers: readonly string[]) {
  const left = [...answers];
  let isRaw = false;
  const setRawMode = (wanted: boolean) => {
    isRaw = wanted;
    return input;
  };
  const input: object & PassThrough = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    shown += text;
    if (!/[:?\]] $/.test(text)) return;
    // Else the terminal itself would show what is typed.
    expect(isRaw).toBe(true);
    const answer = left.shift();
    setImmediate(() => input.write(answer ?? '\u0003'));
  });
  const streams = { input, output } as unknown as Parameters<typeof createAsker>[0];
  return { asker: createAsker(streams), shown: () => shown };
}

const piped = (text: string) => {
  const input = new PassThrough();
  input.end(text);
  return createAsker({ input, output: new PassThrough() } as unknown as Parameters<typeof createAsker>[0]);
};

describe('at a terminal', () => {
  it('a password is asked for twice and never shown', async () => {
    const { asker, shown } = terminal('a long secret\r', 'a long secret\r');
    expect(await askNewPassword(asker, true)).toBe('a long secret');
    expect(shown()).toMatch(/^New password.*\nOnce more: \n$/s);
    expect(shown()).not.toContain('secret');
  });

  it('what was typed differently, too short, or broken off changes nothing', async () => {
    await expect(askNewPassword(terminal('a long secret\r', 'another long one\r').asker, true)).rejects.toThrow(
      'two different passwords',
    );
    await expect(askNewPassword(terminal('short\r').asker, true)).rejects.toThrow('10 to 256');
    await expect(askNewPassword(terminal().asker, true)).rejects.toThrow('Nothing was changed');
  });

  it('only a yes is one', async () => {
    const agrees = (answer: string) => terminal(answer).asker.agrees('Remove ada?');
    expect(await agrees('y\r')).toBe(true);
    expect(await agrees('Yes\r')).toBe(true);
    expect(await agrees('\r')).toBe(false);
    expect(await agrees('n\r')).toBe(false);
  });
});

describe('without a terminal', () => {
  it('secrets are the lines of the input, as far as they go', async () => {
    const asker = piped('present one\nthe next one\n');
    expect(await asker.secret('Present: ')).toBe('present one');
    expect(await askNewPassword(asker, false)).toBe('the next one');
    await expect(asker.secret('More: ')).rejects.toThrow('More: there is no terminal');
  });

  it('nobody agrees to anything', async () => {
    await expect(piped('y\n').agrees('Remove ada?')).rejects.toThrow('Remove ada? Without a terminal say --yes.');
  });
});
