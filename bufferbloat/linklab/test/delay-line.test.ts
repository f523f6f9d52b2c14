import { describe, expect, it } from 'vitest';
import { DelayLine } from '../src/programs/delay-line.ts';
import { randomSource } from './fixtures/random.ts';

describe('DelayLine', () => {
  it('gives each packet out when it is due, unchanged and in order', () => {
    const line = new DelayLine(10);
    expect(line.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    line.put(Buffer.from('first'), 5, 100);
    line.put(Buffer.from('second'), 6, 104);
    const out: string[] = [];
    const send = (packet: Buffer, length: number) => out.push(packet.toString('latin1', 0, length));
    line.release(109.99, send);
    expect(out).toEqual([]);
    expect(line.nextDueMs).toBe(110);
    line.release(110, send);
    expect(out).toEqual(['first']);
    line.release(500, send);
    expect(out).toEqual(['first', 'second']);
  });

  it('says when it is full, and goes on after that', () => {
    const random = randomSource(4);
    const line = new DelayLine(5, 8);
    let sent = 0;
    let received = 0;
    for (let nowMs = 0; nowMs < 2000; nowMs += 1) {
      const packet = Buffer.alloc(4);
      while (!line.isFull && random() < 0.7) {
        packet.writeUInt32LE(sent);
        line.put(packet, 4, nowMs);
        sent += 1;
      }
      line.release(nowMs, (bytes, length) => {
        expect(length).toBe(4);
        expect(bytes.readUInt32LE()).toBe(received);
        received += 1;
      });
    }
    expect(sent - received).toBeLessThanOrEqual(8);
    expect(received).toBeGreaterThan(1000);
  });
});
