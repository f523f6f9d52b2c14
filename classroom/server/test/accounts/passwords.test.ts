import { describe, expect, it } from 'vitest';
import { checkStrength, generatePassword } from '../../src/accounts/passwords.ts';

describe('passwords', () => {
  it('are made of at least 60 bits that can be read aloud', () => {
    const made = Array.from({ length: 2_000 }, generatePassword);
    for (const password of made)
      expect(password).toMatch(/^([bcdfghjkmnpqrstvwxz2-9]{4}-){3}[bcdfghjkmnpqrstvwxz2-9]{4}$/);
    expect(new Set(made).size).toBe(2_000);
    const used = new Set(made.join('').replaceAll('-', ''));
    expect(16 * Math.log2(used.size)).toBeGreaterThan(60);
  });

  it.each(['1234567890', 'Password123', 'aaaaaaaaaaaa', 'abababababab', 'xx-anna-1234'])(
    '%s is too easy',
    (password) => {
      expect(() => checkStrength(password, 'anna')).toThrow('easy to guess');
    },
  );

  it("are fine when they are long and one's own", () => {
    checkStrength('correct horse battery', 'anna');
    checkStrength('banana bread at noon', 'a');
  });
});
