import { HOUSEHOLD_PROFILES, type SenderCounts, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { judgeFlow } from '../src/self-test/judge.ts';

const of = (id: string) => HOUSEHOLD_PROFILES.find((profile) => profile.id === id) as UserProfile;
const alex = (more: Partial<SenderCounts> = {}): SenderCounts[] => [
  { stream: 0, due: 256, sent: 256, dropped: 0, bytes: 375_000, ...more },
];
const judge = (counts: readonly SenderCounts[], arrivedBytes = counts[0]?.bytes ?? 0) =>
  judgeFlow(of('alex'), 'download', counts, new Map([[0, arrivedBytes]]), 2_000);

describe('the self-test’s verdict on traffic', () => {
  it('is a rate when all is as the profile says', () => {
    expect(judge(alex())).toBe('1.50 Mbit/s');
  });

  it('is a fault when something is lost, too much or too little', () => {
    expect(() => judge(alex(), 374_000)).toThrow('stream 0 (ticks, download): 374000 of 375000 bytes arrived');
    expect(() => judge(alex({ due: 240 }))).toThrow('240 messages instead of 256');
    expect(() => judge(alex({ due: 280 }))).toThrow('280 messages instead of 256');
    expect(() => judge([])).toThrow('nothing was sent');
  });

  it('bears a busy machine, and says so', () => {
    expect(judge(alex({ sent: 230, dropped: 26, bytes: 337_000 }))).toBe('1.35 Mbit/s (10 % dropped: busy processors)');
    expect(() => judge(alex({ sent: 100, dropped: 156 }))).toThrow('156 of 256 messages dropped');
  });

  it('knows the bursts of a film, and bulk', () => {
    const jake = (bytes: number) =>
      judgeFlow(
        of('jake'),
        'download',
        [{ stream: 0, due: 99, sent: 99, dropped: 0, bytes }],
        new Map([[0, bytes]]),
        2_000,
      );
    expect(jake(3_125_000)).toBe('12.50 Mbit/s');
    expect(() => jake(6_250_000)).toThrow('25.00 Mbit/s instead of 12.50 Mbit/s');
  });
});
