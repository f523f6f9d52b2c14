import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLines } from '../../src/launcher/lines.ts';
import { launcherRequestSchema } from '../../src/launcher/requests.ts';

const open = { id: 1, request: 'open', room: 'anna-1', uid: 200_001, socket: 'a'.repeat(32), token: 't'.repeat(32) };
const accepts = (request: unknown) => launcherRequestSchema.safeParse(request).success;

describe('requests of the launcher', () => {
  it('takes what the server may ask', () => {
    expect(accepts(open)).toBe(true);
    expect(accepts({ id: 2, request: 'place', room: 'anna', spare: 1, pid: 2 })).toBe(true);
    expect(accepts({ id: 3, request: 'end-run', room: 'anna', spare: 1 })).toBe(true);
    expect(accepts({ id: 4, request: 'close', room: 'anna' })).toBe(true);
    expect(accepts({ id: 5, request: 'usage' })).toBe(true);
    expect(accepts({ id: 6, request: 'layers' })).toBe(true);
  });

  it.each(['', '..', 'a/b', 'a\0b', 'A', '_check', 'a'.repeat(37), 'a b', 'é', 7, null])(
    'takes no room named %j',
    (room) => {
      expect(accepts({ ...open, room })).toBe(false);
    },
  );

  it.each(['', '.', '../x', 'A'.repeat(32), 'a'.repeat(31), `${'a'.repeat(31)}/`, `${'a'.repeat(32)}\n`])(
    'takes no socket named %j',
    (socket) => {
      expect(accepts({ ...open, socket })).toBe(false);
    },
  );

  it.each([0, -1, 1.5, 2 ** 31, '200001', null])('takes no uid %j', (uid) => {
    expect(accepts({ ...open, uid })).toBe(false);
  });

  it.each([0, 1, -5, 2 ** 31, 1.5])('places no process %j', (pid) => {
    expect(accepts({ id: 2, request: 'place', room: 'anna', spare: 1, pid })).toBe(false);
  });

  it('takes no field that it does not know, and no other request', () => {
    expect(accepts({ ...open, folder: '/etc' })).toBe(false);
    expect(accepts({ id: 1, request: 'run', command: 'id' })).toBe(false);
    expect(accepts([open])).toBe(false);
  });
});

describe('createLines', () => {
  it('gives the same lines however the bytes come', () => {
    const text = fc.array(fc.string().map((line) => line.replaceAll('\n', ' ')));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 20 })), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const got: string[] = [];
        const reader = createLines(10_000, (line) => got.push(line));
        let at = 0;
        for (const cut of cuts) {
          expect(reader.push(bytes.subarray(at, at + cut))).toBe(true);
          at += cut;
        }
        expect(reader.push(bytes.subarray(at))).toBe(true);
        expect(got).toEqual(lines.map((line) => Buffer.from(line).toString()));
      }),
    );
  });

  it('holds no more than its limit, and says nothing after it', () => {
    const got: string[] = [];
    const reader = createLines(8, (line) => got.push(line));
    expect(reader.push(Buffer.from('12345678\n'))).toBe(true);
    expect(reader.push(Buffer.from('123456789'))).toBe(false);
    expect(reader.push(Buffer.from('\nmore\n'))).toBe(false);
    expect(got).toEqual(['12345678']);
  });
});
