import { HOUSEHOLD_PROFILES } from '@rowhouse/bufferbloat-protocol';
import { describe, expect, it } from 'vitest';
import { planProcesses } from '../src/user-processes.ts';
import { CAMERA } from './support/camera.ts';

const config = { multiprocess: true, instances: 1, maxProcesses: 8, userPorts: 'auto', port: 8000 } as const;
const plan = async (
  more: Partial<Parameters<typeof planProcesses>[0]> = {},
  profiles = HOUSEHOLD_PROFILES,
  reserve = asked,
) =>
  (await planProcesses({ ...config, ...more }, profiles, [8000, 8005], reserve)).map(({ id, instance, port }) => [
    id,
    instance,
    port,
  ]);
const asked = (_what: string, port: number) => Promise.resolve(port);

describe('the processes of the household', () => {
  it('are those of the documents', async () => {
    expect(await plan()).toEqual([
      ['alex', 0, 8002],
      ['sarah', 0, 8003],
      ['jake', 0, 8001],
      ['computer', 0, 8004],
    ]);
  });

  it('have further instances, and user types without a port, from 8010 up', async () => {
    expect((await plan({ instances: 2, maxProcesses: 10 }, [...HOUSEHOLD_PROFILES, CAMERA])).slice(4)).toEqual([
      ['camera', 0, 8010],
      ['alex/1', 1, 8011],
      ['sarah/1', 1, 8012],
      ['jake/1', 1, 8013],
      ['computer/1', 1, 8014],
      ['camera/1', 1, 8015],
    ]);
  });

  it('leave out ports that somebody has', async () => {
    const at8010 = { ...CAMERA, id: 'doorbell', port: 8010 };
    expect((await plan({ maxProcesses: 10 }, [CAMERA, at8010])).map(([, , port]) => port)).toEqual([8011, 8010]);
    await expect(planProcesses(config, HOUSEHOLD_PROFILES, [8002, 8005], asked)).rejects.toThrow(
      'user "alex" wants port 8002, which another program has',
    );
  });

  it('take any free ports when the main server does, or when asked to, each another', async () => {
    const free = [9001, 9001, 9002, 8005, 9003, 9004];
    const give = (_what: string, port: number) => Promise.resolve(port === 0 ? (free.shift() ?? 0) : -1);
    expect((await plan({ port: 0 }, HOUSEHOLD_PROFILES, give)).map(([, , port]) => port)).toEqual([
      9001, 9002, 9003, 9004,
    ]);
    free.push(1, 2, 3, 4);
    expect((await plan({ userPorts: 'free' }, HOUSEHOLD_PROFILES, give)).map(([, , port]) => port)).toEqual([
      1, 2, 3, 4,
    ]);
    expect((await plan({ port: 0, userPorts: 'profile' })).map(([, , port]) => port)).toEqual([8002, 8003, 8001, 8004]);
  });

  it('are no more than the limit', async () => {
    await expect(plan({ instances: 3 })).rejects.toThrow(
      '--instances: 4 user types with 3 each are 12 processes, more than the 8 of --max-processes',
    );
    expect(await plan({ instances: 2 })).toHaveLength(8);
  });

  it('are none in a single process', async () => {
    expect(await plan({ multiprocess: false, instances: 50 })).toEqual([]);
  });
});
