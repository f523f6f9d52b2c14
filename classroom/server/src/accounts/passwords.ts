import { randomInt } from 'node:crypto';
import { ClassroomError } from '../http/errors.ts';

/** No look-alikes (0 o, 1 l i), and no vowels, so that no word comes out by chance: 27 characters, 4.75 bits each. */
const ALPHABET = 'bcdfghjkmnpqrstvwxz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 4;
const LEAST_DIFFERENT = 4;
/** The commonest of ten characters and more. */
const COMMON = new Set([
  '0123456789',
  '1234567890',
  '12345678910',
  '1q2w3e4r5t',
  '0987654321',
  'qwertyuiop',
  'asdfghjkl;',
  'abcdefghij',
  'iloveyou12',
  'letmein123',
  'password12',
  'password123',
  'password1234',
  'passwort123',
  'qwerty12345',
  'welcome123',
]);

/** One to be read from paper and typed once, such as `k7mp-x2qd-w9hz-4tns`: 76 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** For what people choose themselves. @throws ClassroomError `weak-password` */
export function checkStrength(password: string, name: string): void {
  const plain = password.toLowerCase();
  const hasName = name.length >= 3 && plain.includes(name);
  if (hasName || COMMON.has(plain) || new Set(plain).size < LEAST_DIFFERENT) throw new ClassroomError('weak-password');
}
