import path from 'node:path';

/** Where this process is in one hierarchy of cgroups. */
export interface OwnGroup {
  readonly version: 1 | 2;
  /** Of version 1. */
  readonly controllers: readonly string[];
  /** The folder of the group that this process is in. */
  readonly folder: string;
}

/**
 * @param mountInfo /proc/self/mountinfo
 * @param membership /proc/self/cgroup
 */
export function ownGroups(mountInfo: string, membership: string): readonly OwnGroup[] {
  const own = membership.split('\n').flatMap((line) => {
    const [, controllers, ...rest] = line.split(':');
    return controllers === undefined ? [] : [{ controllers: controllers.split(','), path: rest.join(':') }];
  });
  return mountInfo.split('\n').flatMap((line): OwnGroup[] => {
    const [before, after] = line.split(' - ');
    const [type, , options = ''] = (after ?? '').split(' ');
    const [, , , mountRoot = '/', mountPoint = '/'] = (before ?? '').split(' ').map(unescape);
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    const version = type === 'cgroup' ? 1 : 2;
    const mine = own.find((group) =>
      version === 2
        ? group.controllers[0] === ''
        : group.controllers.every((name) => options.split(',').includes(name)),
    );
    if (mine === undefined) return [];
    return [
      { version, controllers: version === 1 ? mine.controllers : [], folder: below(mountPoint, mountRoot, mine.path) },
    ];
  });
}

/** A mount may show only a part of the hierarchy: then our group's path begins with that part. */
function below(mountPoint: string, mountRoot: string, group: string): string {
  const relative = path.posix.relative(mountRoot, group);
  return relative.startsWith('..') ? mountPoint : path.posix.join(mountPoint, relative);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
