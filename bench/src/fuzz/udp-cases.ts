import { MARKER, type UdpCase, USER_IDS } from './case.ts';
import type { Random } from '../shared/random.ts';

const STUN_COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42]);

/** A datagram for the port that data channels share: noise, broken STUN, DTLS out of the blue, empty, huge. */
export function udpCase(random: Random): UdpCase {
  const datagram = random.pick([
    () => random.bytes(random.int(1400)),
    () => stun(random),
    () => stun(random),
    () => dtls(random),
    () => Buffer.concat([Buffer.from([0x80, random.int(256)]), random.bytes(200)]),
    () => Buffer.concat([Buffer.from([0x40, 0]), random.bytes(200)]),
    () => Buffer.alloc(0),
    () => Buffer.alloc(60_000, MARKER),
  ])();
  return { kind: 'udp', server: random.pick(['ping', ...USER_IDS]), datagram };
}

function stun(random: Random): Buffer {
  const attributes = Buffer.concat(Array.from({ length: random.int(8) }, () => attribute(random)));
  const head = Buffer.alloc(4);
  head.writeUInt16BE(random.pick([0x0001, 0x0101, 0x0111, 0x0003, 0x0011, 0x3fff]), 0);
  head.writeUInt16BE(random.chance(0.7) ? attributes.length : random.int(65_536), 2);
  return Buffer.concat([head, random.chance(0.9) ? STUN_COOKIE : random.bytes(4), random.bytes(12), attributes]);
}

function attribute(random: Random): Buffer {
  const types = [
    0x0006, 0x0008, 0x8028, 0x0020, 0x0024, 0x0025, 0x8029, 0x802a, 0x000a, 0x0014, 0x0015, 0xffff,
  ] as const;
  const value = random.chance(0.5) ? Buffer.from(`${MARKER}:${MARKER}`) : random.bytes(4 * random.int(20));
  const head = Buffer.alloc(4);
  head.writeUInt16BE(random.pick(types), 0);
  head.writeUInt16BE(random.chance(0.8) ? value.length : random.int(65_536), 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function dtls(random: Random): Buffer {
  const record = Buffer.alloc(13);
  record[0] = random.pick([20, 21, 22, 23, 24, 63]);
  record.writeUInt16BE(random.pick([0xfefd, 0xfeff, 0x0303]), 1);
  record.writeUInt16BE(random.int(65_536), 11);
  return Buffer.concat([record, random.bytes(random.int(600))]);
}
