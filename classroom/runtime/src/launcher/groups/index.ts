import { readOr } from '../machine.ts';
import { ownGroups } from './mounts.ts';
import type { Controller, Groups } from './types.ts';
import { openV1 } from './v1.ts';
import { openV2 } from './v2.ts';

export {
  HOST_LEAF,
  hostLimits,
  roomLimits,
  runLeaf,
  runLimits,
  spareOf,
  type Controller,
  type Groups,
} from './types.ts';

/** The name of our topmost group; `instance` is the port. */
export const groupName = (instance: number): string => `rowhouse-classroom-${instance}`;

/**
 * Version 2 where its controllers can be used, else version 1; `undefined`: neither.
 *
 * @param wanted controllers that limits are to be set with
 */
export function openGroups(instance: number, wanted: readonly Controller[]): Groups | undefined {
  const own = ownGroups(readOr('/proc/self/mountinfo'), readOr('/proc/self/cgroup'));
  return openV2(own, groupName(instance), wanted) ?? openV1(own, groupName(instance), wanted);
}
