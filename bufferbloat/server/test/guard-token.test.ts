import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../src/guard/refusals.ts';
import { newTestId, signToken, verifyToken } from '../src/guard/token.ts';

const secret = Buffer.alloc(32, 7);
const claims = { testId: newTestId(), expiresAtMs: 1_700_000_120_000 };
const token = signToken(secret, claims);
const codeOf = (text: string, nowMs = 1_700_000_000_000, key = secret): string => {
  try {
    verifyToken(key, text, nowMs);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code;
  }
};

describe('tokens', () => {
  it('say what was signed', () => {
    expect(verifyToken(secret, token, 1_700_000_000_000)).toEqual(claims);
  });

  it('end at their expiry', () => {
    expect(codeOf(token, claims.expiresAtMs - 1)).toBe('accepted');
    expect(codeOf(token, claims.expiresAtMs)).toBe('expired-token');
  });

  it('are worth nothing with another secret', () => {
    expect(codeOf(token, 0, Buffer.alloc(32, 8))).toBe('bad-token');
  });

  it('do not survive the change of any character', () => {
    const alphabet = 'ABCabc019_-.'.split('');
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(codeOf(changed)).not.toBe('accepted');
      }),
      { numRuns: 500 },
    );
  });

  it('never make the check throw anything but a refusal', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(codeOf(text)).toBe('bad-token');
      }),
    );
  });
});
