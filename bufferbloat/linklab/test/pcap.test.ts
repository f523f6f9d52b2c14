import { describe, expect, it } from 'vitest';
import { LabError } from '../src/errors.ts';
import { readPcap } from '../src/pcap.ts';

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
}

// Magic of a little-endian file with nanoseconds, version 2.4, two unused words, 128 bytes recorded, LINUX_SLL2.
const HEADER = '4d3cb2a1 0200 0400 00000000 00000000 80000000 14010000';
// Protocol, reserved, interface 11, Ethernet, packet type, address length, address.
const sll2 = (type: string, protocol = '0800') => `${protocol} 0000 0000000b 0001 ${type} 06 0200000001020000`;

function record(hex: string, seconds = 1_700_000_000, nanoseconds = 123_456_789): Buffer {
  const content = bytes(hex);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(seconds, 0);
  header.writeUInt32LE(nanoseconds, 4);
  header.writeUInt32LE(content.length, 8);
  header.writeUInt32LE(1500, 12);
  return Buffer.concat([header, content]);
}

const UDP = `${sll2('04')} 4500 0024 0007 4000 40 11 0000 0a4d0002 0a4d0202  9c40 1f45 0010 0000  1702030405060708`;
// A full data packet of which the first bytes were recorded: 20 bytes of IP, 32 of TCP, 1448 of payload.
const TCP = `${sll2('00')} 4500 05dc abcd 4000 40 06 0000 0a4d0202 0a4d0002
  1f40 c350 fffffff0 00000010 8018 01f5 0000 0000 0101080a00000001 00000002 de ad be ef`;

describe('readPcap', () => {
  it('decodes a UDP packet that leaves', () => {
    const [packet] = readPcap(Buffer.concat([bytes(HEADER), record(UDP)]));
    expect(packet).toMatchObject({
      interfaceIndex: 11,
      outgoing: true,
      protocol: 'udp',
      sourcePort: 40_000,
      destinationPort: 8005,
      identification: 7,
      frameBytes: 50,
      payloadBytes: 8,
    });
    expect(packet?.atMs).toBeCloseTo(1_700_000_000_123.457, 2);
    expect([...(packet?.payloadHead ?? [])]).toEqual([0x17, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('decodes a TCP packet that arrives, by its length on the wire and not by what was recorded of it', () => {
    const [packet] = readPcap(Buffer.concat([bytes(HEADER), record(TCP)]));
    expect(packet).toMatchObject({
      outgoing: false,
      protocol: 'tcp',
      sourcePort: 8000,
      destinationPort: 50_000,
      identification: 0xabcd,
      frameBytes: 1514,
      payloadBytes: 1448,
      tcp: { sequence: 0xfffffff0, acknowledgement: 16, flags: 0x18 },
    });
    expect(packet?.payloadHead.length).toBe(4);
  });

  it('passes over what is neither TCP nor UDP over IPv4, or cut short', () => {
    const arp = record(`${sll2('00', '0806')} ${'00'.repeat(28)}`);
    const icmp = record(`${sll2('00')} 4500 0054 0000 4000 40 01 0000 0a4d0002 0a4d0202 ${'00'.repeat(64)}`);
    const headless = record(`${sll2('00')} 4500 05dc abcd 4000 40 06 0000 0a4d0202 0a4d0002 1f40`);
    const cut = record(TCP).subarray(0, 40);
    expect(readPcap(Buffer.concat([bytes(HEADER), arp, icmp, headless, record(UDP), cut]))).toHaveLength(1);
  });

  it('refuses files of another kind', () => {
    expect(() => readPcap(Buffer.alloc(10))).toThrow(LabError);
    expect(() => readPcap(bytes(HEADER.replace('4d3cb2a1', 'd4c3b2a1')))).toThrow('nanoseconds');
    expect(() => readPcap(bytes(HEADER.replace('14010000', '01000000')))).toThrow('SLL2');
  });
});
