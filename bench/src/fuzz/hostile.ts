import { MARKER } from './case.ts';
import type { Random } from '../shared/random.ts';

/** Values that parsers stumble over, for parameters, headers and JSON fields. */
export function hostileValue(random: Random): string {
  return random.pick([
    () => '',
    () => '0',
    () => '-1',
    () => '-0',
    () => '1e309',
    () => 'NaN',
    () => 'Infinity',
    () => '0x10',
    () => '1_000',
    () => '9007199254740993',
    () => '18446744073709551616',
    () => '1.5',
    () => ' 1 ',
    () => '١٢٣',
    () => 'null',
    () => 'true',
    () => '[]',
    () => '{}',
    () => '__proto__',
    () => 'constructor',
    () => "' OR 1=1 --",
    () => `<script>${MARKER}</script>`,
    () => `\${jndi:ldap://127.0.0.1/${MARKER}}`,
    () => '%00',
    () => '%',
    () => '%ff%fe',
    () => '\u0000',
    () => '\u00ed\u00a0\u0080',
    () => '../'.repeat(20),
    () => MARKER.repeat(1 + random.int(200)),
    () => 'A'.repeat(1 << random.int(14)),
    () => random.bytes(1 + random.int(64)).toString('latin1'),
    () => String(random.int(2 ** 31)),
  ])();
}

/** A token that must not be accepted: made up, cut, changed, of another kind. */
export function hostileToken(random: Random, valid: string): string {
  const [head = '', ...rest] = valid.split('.');
  return random.pick([
    () => random.mutate(valid),
    () => valid.slice(0, random.int(valid.length)),
    () => valid + random.pick(['A', '=', '.', '%00', ' ', valid]),
    () => [...rest, head].join('.'),
    () => `${head}.`,
    () => `.${rest.join('.')}`,
    () => '.'.repeat(1 + random.int(50)),
    () => random.bytes(1 + random.int(200)).toString('base64url'),
    () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(MARKER).toString('base64url')}.`,
    () => flipBit(valid, random),
    () => hostileValue(random),
  ])();
}

function flipBit(text: string, random: Random): string {
  const bytes = Buffer.from(text, 'latin1');
  const at = random.int(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8));
  return bytes.toString('latin1');
}
