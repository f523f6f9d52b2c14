import type { LayerName, Layers } from '@rowhouse/classroom-protocol';
import { LaunchError } from './errors.ts';

/** Without these a program can read what another student's program reads. */
const NEEDED: readonly LayerName[] = ['own-uid', 'mount-namespace', 'pid-namespace'];

/** Walls between students that are missing altogether. */
export function missingWalls(layers: Layers): readonly LayerName[] {
  return NEEDED.filter((name) => layers[name].state === 'absent');
}

/**
 * Whether so many students may be let in behind these walls.
 *
 * @throws LaunchError `ERR_LAUNCH_WEAK` when not
 */
export function checkIsolation(layers: Layers | undefined, maxUsers: number, allowWeak: boolean): void {
  // Walls that nobody vouches for are none.
  const missing = layers ? missingWalls(layers) : NEEDED;
  if (missing.length > 0 && maxUsers > 1 && !allowWeak) throw new LaunchError('ERR_LAUNCH_WEAK', { missing, maxUsers });
}

/** One phrase for the health summary. */
export function isolationSummary(layers: Layers): string {
  const names = (state: string) =>
    Object.entries(layers).flatMap(([name, layer]) => (layer.state === state ? name : []));
  const total = Object.keys(layers).length;
  const weak = [
    ...names('degraded').map((name) => `${name} degraded`),
    ...names('absent').map((name) => `${name} absent`),
  ];
  const enforced = `${names('enforced').length} of ${total} isolation layers enforced`;
  return weak.length === 0 ? enforced : `${enforced} (${weak.join(', ')})`;
}
