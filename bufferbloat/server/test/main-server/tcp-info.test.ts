import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import { decodeTcpInfo, TCP_INFO_BYTES } from '../../src/tcp/tcp-info.ts';

/** A struct tcp_info with the given fields at their offsets in linux/tcp.h. */
function tcpInfo(fields: { u32?: Record<number, number>; u64?: Record<number, bigint> }, bytes = 232): Uint8Array {
  // Not at the start of its buffer, as a view may be.
  const view = new DataView(new ArrayBuffer(bytes + 8), 8);
  const little = endianness() === 'LE';
  for (const [offset, value] of Object.entries(fields.u32 ?? {})) view.setUint32(Number(offset), value, little);
  for (const [offset, value] of Object.entries(fields.u64 ?? {})) view.setBigUint64(Number(offset), value, little);
  return new Uint8Array(view.buffer, 8);
}

describe('decodeTcpInfo', () => {
  it('reads what the kernel wrote, in milliseconds and bytes', () => {
    const bytes = tcpInfo({
      u32: { 16: 1448, 28: 3, 68: 20_500, 100: 7, 144: 65_536, 148: 10_250 },
      u64: { 120: 5_000_000_000n },
    });
    expect(decodeTcpInfo(bytes)).toEqual({
      rttMs: 20.5,
      minRttMs: 10.25,
      retransmissions: 7,
      deliveredBytes: 5_000_000_000 + 3 * 1448,
      unsentBytes: 65_536,
    });
  });

  it('takes the round trip for the least one while the kernel knows none', () => {
    expect(decodeTcpInfo(tcpInfo({ u32: { 68: 5_000, 148: 0xffff_ffff } }))?.minRttMs).toBe(5);
  });

  it('does not read what an old kernel did not write', () => {
    expect(decodeTcpInfo(tcpInfo({}, TCP_INFO_BYTES - 1))).toBeUndefined();
    expect(decodeTcpInfo(tcpInfo({}, TCP_INFO_BYTES))?.rttMs).toBe(0);
  });
});
