import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountNameSchema, clientMessageSchema, serverMessageSchema, STREAM } from '../src/index.ts';

const accepts = (message: unknown) => clientMessageSchema.safeParse(message).success;

describe('what a client may say', () => {
  it.each([
    { type: 'hello', protocol: 1 },
    { type: 'run', requestId: 'a', file: 'hello.py', args: ['1'], thenRepl: true },
    { type: 'run', requestId: 'a', source: 'print(1)' },
    { type: 'repl', requestId: 'a' },
    { type: 'input', process: 'p', inputId: '1', text: '' },
    { type: 'ack', process: 'p', offset: 0 },
    { type: 'attach', process: 'p', from: 0 },
  ])('%o', (message) => {
    expect(accepts(message)).toBe(true);
  });

  it.each([
    { type: 'hello' },
    { type: 'run' },
    { type: 'run', requestId: '' },
    { type: 'input', process: 'p', inputId: '1', text: 'x'.repeat(STREAM.inputBytes + 1) },
    { type: 'ack', process: 'p', offset: -1 },
    { type: 'ack', process: 'p', offset: 0.5 },
    { type: 'attach', process: 'x'.repeat(65), from: 0 },
    { type: 'run', requestId: 'a', args: Array.from({ length: 65 }, () => 'x') },
    { type: 'shutdown' },
    [],
    null,
    'run',
  ])('is not %o', (message) => {
    expect(accepts(message)).toBe(false);
  });

  it('is checked without an exception, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (message) => {
        clientMessageSchema.safeParse(message);
        serverMessageSchema.safeParse(message);
      }),
    );
  });
});

describe('a sign-in name', () => {
  it.each(['ada', 'student01', 'a.b-c_d', '7up'])('%s', (name) => {
    expect(accountNameSchema.safeParse(name).success).toBe(true);
  });

  it.each(['', 'Ada', '.ada', '-ada', 'a b', 'ada\n', 'аda', 'a'.repeat(33), '../x', 'a/b'])('is not %j', (name) => {
    expect(accountNameSchema.safeParse(name).success).toBe(false);
  });
});
