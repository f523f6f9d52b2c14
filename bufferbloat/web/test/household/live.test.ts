import { HOUSEHOLD_PROFILES, type Arrival, type UserProfile } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { HouseholdCharts } from '../../src/page/run/household/charts.ts';
import { LineRate } from '../../src/page/run/household/line-rate.ts';
import { LiveFigures } from '../../src/page/run/household/live-figures.ts';
import { noteOf, type Situation } from '../../src/page/run/household/note.ts';
import { householdProbeRate } from '../../src/page/run/household/probe-rates.ts';
import { RecentUnits } from '../../src/page/run/household/recent-units.ts';
import { UnitLog } from '../../src/page/run/household/unit-log.ts';

const profileOf = (id: string): UserProfile => HOUSEHOLD_PROFILES.find((profile) => profile.id === id)!;

describe('householdProbeRate', () => {
  const rate = (lineMbps: number | undefined, udp = true) =>
    householdProbeRate({ underLoad: true, lineMbps, users: 4, udp });
  const bitsPerS = ({ udpPerS, websocketPerS }: ReturnType<typeof rate>) =>
    4 * 8 * (udpPerS * 109 + websocketPerS * 122);

  it('is 25 a second for each user on lines that carry it, and 10 or more while nothing is known', () => {
    expect(rate(100)).toEqual({ udpPerS: 20, websocketPerS: 5 });
    expect(rate(undefined)).toEqual({ udpPerS: 10, websocketPerS: 2 });
  });

  it.each([0.5, 1, 2, 3, 5, 8, 10, 20, 100])('is at most 1 %% of %d Mbit/s for all together', (lineMbps) => {
    if (lineMbps >= 0.5) expect(bitsPerS(rate(lineMbps))).toBeLessThanOrEqual(lineMbps * 10_000);
    expect(bitsPerS(rate(lineMbps, false))).toBeLessThanOrEqual(lineMbps * 10_000);
    expect(rate(lineMbps).udpPerS).toBeGreaterThanOrEqual(1);
  });
});

describe('LineRate', () => {
  it('is the most that the slower direction has carried, once both have', () => {
    const line = new LineRate();
    line.note('download', 90);
    expect(line.mbps).toBeUndefined();
    line.note('upload', 5);
    line.note('upload', 2);
    expect(line.mbps).toBe(5);
  });
});

describe('LiveFigures', () => {
  it('are those of the last second, of the signal in use, beyond the quiet line', () => {
    const live = new LiveFigures();
    const reply = (receivedMs: number, rttMs: number) => ({
      sentMs: receivedMs - rttMs,
      receivedMs,
      serverMs: 0,
      rttMs,
    });
    live.replies('udp', [reply(1000, 90), reply(1500, 30), reply(1600, 20), reply(1700, 40)]);
    live.replies('websocket', [reply(1800, 500)]);
    expect(live.at(2100, 'udp', 12)).toMatchObject({ latencyMs: 30, addedMs: 18 });
    expect(live.at(2100, 'udp', undefined).addedMs).toBeUndefined();
    expect(live.at(4000, 'udp', 12)).toMatchObject({ latencyMs: undefined, addedMs: undefined });
  });

  it('have no rate once nothing comes', () => {
    const live = new LiveFigures();
    for (let atMs = 0; atMs <= 2000; atMs += 100) live.bytes('download', { atMs, bytes: atMs * 125 });
    expect(live.at(2100, undefined, undefined)).toMatchObject({ downloadMbps: 1, uploadMbps: undefined });
    expect(live.at(3100, undefined, undefined).downloadMbps).toBeUndefined();
  });
});

describe('RecentUnits', () => {
  it('count what is late and what is missing, of the last two seconds', () => {
    const recent = new RecentUnits(profileOf('alex'));
    const tick = (sequence: number, latenessMs: number): Arrival => [0, sequence, latenessMs, 1465];
    recent.add([tick(0, 0), tick(1, 31), tick(2, 32), tick(5, 0)], 1000);
    expect(recent.badShare).toBe(0.5);
    recent.add([tick(6, 0)], 3001);
    expect(recent.badShare).toBe(0);
  });

  it('begin anew with a connection', () => {
    const recent = new RecentUnits(profileOf('sarah'));
    recent.add([[0, 500, 0, 160]], 1000);
    recent.restart();
    recent.add([[0, 0, 0, 160]], 1100);
    recent.add([[0, 1, 0, 160]], 1200);
    expect(recent.badShare).toBe(0);
  });

  it('know nothing of bulk', () => {
    const recent = new RecentUnits(profileOf('computer'));
    recent.add([[0, 0, 900, 1000]], 1000);
    expect(recent.badShare).toBe(0);
  });
});

describe('noteOf', () => {
  const well: Situation = { activity: 'active', verdict: 'game', stalled: false, badShare: 0, silentMs: 10 };
  it.each<[Partial<Situation>, string | undefined]>([
    [{}, undefined],
    [{ badShare: 0.05 }, 'Lagging'],
    [{ verdict: 'call', badShare: 0.2 }, 'The call is breaking up'],
    [{ verdict: 'live', badShare: 0.2 }, 'The picture is freezing'],
    [{ verdict: 'streaming', stalled: true }, 'Buffering'],
    [{ verdict: 'streaming', silentMs: 3900 }, undefined],
    [{ verdict: 'bulk', silentMs: 1600 }, 'Nothing comes through'],
    [{ activity: 'reconnecting', badShare: 1 }, 'Its server process is restarting'],
    [{ activity: 'baseline', silentMs: 9000 }, undefined],
    [{ activity: 'ended', badShare: 1 }, undefined],
  ])('%j: %s', (patch, note) => {
    expect(noteOf({ ...well, ...patch })).toBe(note);
  });
});

describe('HouseholdCharts', () => {
  it('keep the series of every user, emptied in place, and know nobody else', () => {
    const charts = new HouseholdCharts();
    charts.clear(['alex', 'sarah']);
    const points = charts.series.latency.get('alex');
    charts.add('latency', 'alex', { atMs: 20, value: 1 });
    charts.add('latency', 'alex', { atMs: 10, value: 2 });
    charts.add('latency', 'stranger', { atMs: 10, value: 2 });
    expect(points?.map(({ atMs }) => atMs)).toEqual([10, 20]);
    expect(charts.series.latency.has('stranger')).toBe(false);
    charts.clear(['alex', 'sarah']);
    expect(charts.series.latency.get('alex')).toBe(points);
    expect(points).toEqual([]);
  });
});

describe('UnitLog', () => {
  it('gives back what was added, however much that is', () => {
    const log = new UnitLog();
    for (let sequence = 0; sequence < 5000; sequence++) log.add(1, sequence, sequence * 7.8125, 0.25, 1465);
    const records = log.records();
    expect(records).toHaveLength(5000);
    expect(records[4999]).toEqual({ stream: 1, sequence: 4999, dueMs: 4999 * 7.8125, latenessMs: 0.25, bytes: 1465 });
  });
});
