import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { errorLine, ServiceError } from '../src/index.ts';

describe('errorLine', () => {
  it('is one line for an error of a catalogue', () => {
    const error = new ServiceError('ERR_LISTEN', {
      what: 'the page',
      host: '::',
      port: 80,
      reason: 'the port is in use',
    });
    expect(errorLine(error)).toBe('rowhouse: the page cannot listen on [::]:80: the port is in use');
  });

  it('keeps the stack of what only we can mend', async () => {
    expect(errorLine(new TypeError('x'))).toMatch(/^TypeError: x\n {4}at /);
    const system: unknown = await readFile('/nowhere').catch((error: unknown) => error);
    expect(errorLine(system)).not.toMatch(/^rowhouse:/);
  });

  it('takes what is no error', () => {
    expect(errorLine('x')).toBe('x');
    expect(errorLine(undefined)).toBe('undefined');
  });
});
