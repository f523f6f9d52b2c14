import type { TcpCase } from '../fuzz/case.ts';
import type { Random } from '../shared/random.ts';

/** Somebody signed in who means no good: what their browser would send along. */
export interface Attacker {
  readonly cookie: string;
  readonly csrfToken: string;
  readonly accountId: string;
}

/** One case against the classroom. */
export function classroomCase(
  random: Random,
  kind: string,
  chunks: readonly (string | Uint8Array)[],
  afterAnswer = false,
): TcpCase {
  const ending = random.chance(0.8) ? 'read' : random.pick(['half-close', 'reset'] as const);
  return { kind, server: 'classroom', chunks, afterAnswer, ending };
}

/** Paths of files that have led out of folders, ended programs or fooled those who looked at them. */
export function hostilePath(random: Random): string {
  const part = () =>
    random.pick([
      '..', '.', '', ' ', '~', 'class', 'a', 'a.py', 'CON', 'aux.txt', 'nul', '-rf', '*', 'a\0b', '\u202ea', 'e\u0301', '\u00e9',
      '\ufeff', '\ud800', '\u2024\u2024', '\uff0e\uff0e', '\u2215etc', '%2e%2e', '%2f', '..%2f', '..\\', 'C:\\x', '\\\\host\\x',
      'a\nb', 'a\r\nSet-Cookie: x=y', '.git', '.rowhouse', '__pycache__', 'x'.repeat(255), 'x'.repeat(256), '\u00e4'.repeat(128),
      '\u{1f4a9}', '__proto__', '/', '//', 'student01',
    ] as const); // biome-ignore format: a table
  const path = Array.from({ length: 1 + random.int(random.chance(0.05) ? 300 : 4) }, part).join('/');
  return random.chance(0.2) ? `/${path}` : random.chance(0.1) ? random.mutate(path) : path;
}

/** As a browser would spell it, or as somebody would who hopes that it is read twice. */
export function spelled(random: Random, text: string): string {
  if (random.chance(0.15)) return encodeURI(wellFormed(text)).replaceAll(/[\r\n\0 ]/g, '_');
  const once = encodeURIComponent(wellFormed(text));
  return random.chance(0.15) ? encodeURIComponent(once) : once;
}

/** Half a pair of surrogates cannot be encoded. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
