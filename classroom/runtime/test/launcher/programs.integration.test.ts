import { appendFileSync, chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_LIMITS, type LayerName } from '@rowhouse/classroom-protocol';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/launcher/prepare.ts';
import { readSettings } from '../../src/launcher/settings.ts';
import { isRoot, makeFolder, UID_BASE } from './support/launcher.ts';

const SERVER = UID_BASE + 65_000;
const FALLBACK = UID_BASE + 63_000;

/** An interpreter that writes down as whom it compiles. */
const interpreter = (log: string): string => `#!/bin/sh
case "$*" in *marshal*) id -u >> ${log};; esac
exec /usr/bin/python3 "$@"
`;

describe.skipIf(!isRoot || !existsSync('/usr/bin/python3'))('our programs', () => {
  it.each([
    ['where each student is a user', [], UID_BASE + 65_535],
    ['where all students are one user', ['own-uid'], SERVER],
  ] as [string, LayerName[], number][])(
    'are compiled by nobody whom a student could reach, %s',
    async (_name, without, uid) => {
      const folder = makeFolder();
      try {
        const log = path.join(folder, 'compiled-by');
        const python = path.join(folder, 'python3');
        appendFileSync(log, '');
        chmodSync(log, 0o666);
        writeFileSync(python, interpreter(log), { mode: 0o755 });
        const dataFolder = path.join(folder, 'data');
        const settings = readSettings({
          socket: path.join(folder, 'launcher', 'requests.sock'),
          socketFolder: path.join(folder, 'sockets'),
          dataFolder,
          serverUid: SERVER,
          serverGid: SERVER,
          fallbackUid: FALLBACK,
          python,
          uidBase: UID_BASE,
          instance: 1,
          limits: DEFAULT_LIMITS,
          withoutLayers: [...without, 'cgroup-memory', 'cgroup-pids', 'cgroup-cpu'],
        });
        await prepare({ settings, programs: path.resolve(import.meta.dirname, '../../python'), environment: {} });
        expect(readFileSync(log, 'utf8')).toBe(`${uid}\n`);
        expect(readdirSync(path.join(dataFolder, 'programs', '__pycache__')).length).toBeGreaterThan(20);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
