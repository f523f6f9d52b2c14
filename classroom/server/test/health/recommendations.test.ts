import { type Health, layerNameSchema, type Layers } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { recommendations } from '../../src/health/recommendations.ts';

const layers = Object.fromEntries(
  layerNameSchema.options.map((name) => [name, { state: 'enforced', detail: '' }]),
) as Layers;

const fine: Health = {
  status: 'healthy',
  uptime_hours: 1,
  users: { active_count: 10, max_allowed: 38, utilization_percent: 26 },
  threads: { total_active: 3, memory_usage_mb: 100 },
  system: { cpu_percent: 20, memory_percent: 30 },
  architecture: { type: 'process-per-user', optimized_for: '38 students' },
  database: { status: 'healthy', message: '' },
  file_system: { status: 'healthy', message: '' },
  isolation: layers,
  python: '3.11.2',
};
const idle = { queued: 0, abandoned: 0 };

describe('recommendations', () => {
  it('are none when nothing needs to be done', () => {
    expect(recommendations(fine, idle)).toEqual([]);
  });

  it.each<[string, Partial<Health>, typeof idle, RegExp]>([
    ['no Python', { python: null }, idle, /install python3/],
    ['a full memory', { system: { cpu_percent: 1, memory_percent: 86 } }, idle, /more memory/],
    ['busy processors', { system: { cpu_percent: 81, memory_percent: 1 } }, idle, /more cores/],
    ['a database away', { database: { status: 'degraded', message: 'Away.' } }, idle, /database: Away/],
    ['no files', { file_system: { status: 'unavailable', message: 'Gone.' } }, idle, /mounted/],
    ['a full house', { users: { active_count: 37, max_allowed: 38, utilization_percent: 97 } }, idle, /max-users/],
    ['a queue', {}, { queued: 3, abandoned: 0 }, /3 programs wait/],
    ['many abandoned', {}, { queued: 0, abandoned: 5 }, /abandoned/],
    ['a missing wall', { isolation: { ...layers, landlock: { state: 'absent', detail: '' } } }, idle, /landlock/],
  ])('name %s', (_what, change, counts, expected) => {
    const said = recommendations({ ...fine, ...change }, counts);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(expected);
  });
});
