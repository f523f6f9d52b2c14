import { isUtf8 } from 'node:buffer';

const NOTHING = Buffer.alloc(0);

/** Turns bytes that come in any pieces into whole characters of UTF-8; what is not UTF-8 becomes U+FFFD. */
export interface Utf8Cleaner {
  /** @returns whole characters; a character that is not complete yet is held back (at most 3 bytes) */
  push(bytes: Buffer): Buffer;
  /** @returns what was held back, as nothing will complete it */
  end(): Buffer;
}

export function createUtf8Cleaner(): Utf8Cleaner {
  let held: Buffer = NOTHING;
  return {
    push(bytes) {
      const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const cut = whole.length - incompleteTail(whole);
      // A copy, as the rest of a received buffer would be kept with it.
      held = cut === whole.length ? NOTHING : Buffer.from(whole.subarray(cut));
      return clean(whole.subarray(0, cut));
    },
    end() {
      const rest = clean(held);
      held = NOTHING;
      return rest;
    },
  };
}

/** The first place at or after `index` where a character begins. */
export function characterStart(byteAt: (index: number) => number, index: number, end: number): number {
  let at = index;
  while (at < end && isContinuation(byteAt(at))) at += 1;
  return at;
}

function clean(bytes: Buffer): Buffer {
  return isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'), 'utf8');
}

/** Bytes at the end that may be the beginning of a character: cutting before its first byte changes nothing else. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (!isContinuation(byte)) return characterLength(byte) > back ? back : 0;
  }
  return 0;
}

export function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** As its first byte says; 1 for bytes that cannot begin one. */
function characterLength(first: number): number {
  if (first >= 0xf0 && first <= 0xf4) return 4;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xc2 && first < 0xe0 ? 2 : 1;
}
