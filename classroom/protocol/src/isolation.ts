import * as z from 'zod';

/** One wall of a room. */
export const layerNameSchema = z.enum([
  'mount-namespace',
  'pid-namespace',
  'network-namespace',
  'ipc-namespace',
  'uts-namespace',
  'user-namespace',
  'own-uid',
  'cgroup-memory',
  'cgroup-pids',
  'cgroup-cpu',
  'rlimits',
  'seccomp',
  'landlock',
  'no-new-privileges',
  'empty-environment',
  'no-inherited-descriptors',
]);
export type LayerName = z.infer<typeof layerNameSchema>;

/** `enforced`: tried at start and held; `degraded`: holds in part; `absent`: the violation succeeded, or it could not be tried. */
export const layerStateSchema = z.enum(['enforced', 'degraded', 'absent']);
export type LayerState = z.infer<typeof layerStateSchema>;

export const layerSchema = z.object({ state: layerStateSchema, detail: z.string() });
export type Layer = z.infer<typeof layerSchema>;

export const layersSchema = z.record(layerNameSchema, layerSchema);
export type Layers = z.infer<typeof layersSchema>;
