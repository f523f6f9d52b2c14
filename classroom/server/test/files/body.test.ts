import { describe, expect, it } from 'vitest';
import { announced } from '../../src/files/body.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  const read: Buffer[] = [];
  for await (const piece of content) read.push(piece);
  return Buffer.concat(read).toString();
}

describe('a file on its way to a browser', () => {
  it('is sent as it is', async () => {
    expect(await textOf(announced(pieces('abc', '', 'def'), 6))).toBe('abcdef');
  });

  it('is never longer than was announced: the rest would be taken for the next answer', async () => {
    await expect(textOf(announced(pieces('abc', 'HTTP/1.1 200 OK'), 3))).rejects.toThrow('more than was announced');
    await expect(textOf(announced(pieces('abcd'), 3))).rejects.toThrow('more than was announced');
  });
});
