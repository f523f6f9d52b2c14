// Runs inside the guard: what a launcher finds out about its walls, once for each list of those that are left out.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_LIMITS, type LayerName, type Layers } from '@rowhouse/classroom-protocol';
import { startLauncher } from '../../../src/launcher/launcher.ts';
import { readSettings } from '../../../src/launcher/settings.ts';

/** The guard has users up to 299,999. */
const UID_BASE = 200_000;

async function layersWithout(withoutLayers: readonly LayerName[]): Promise<Layers> {
  const folder = mkdtempSync(path.join(tmpdir(), 'layers-'));
  const settings = readSettings({
    socket: path.join(folder, 'launcher', 'requests.sock'),
    socketFolder: path.join(folder, 'sockets'),
    dataFolder: path.join('/var/lib', path.basename(folder)),
    serverUid: UID_BASE + 65_000,
    serverGid: UID_BASE + 65_000,
    python: null,
    uidBase: UID_BASE,
    instance: 60_001,
    limits: DEFAULT_LIMITS,
    withoutLayers: [...withoutLayers],
  });
  const launcher = await startLauncher({
    settings,
    programs: path.resolve(import.meta.dirname, '../../../python'),
    environment: { SECRET_OF_THE_SERVER: 'in its environment' },
    onTrouble(message) {
      throw new Error(message);
    },
  });
  await launcher.stop();
  return launcher.state.layers;
}

const found: Layers[] = [];
for (const without of JSON.parse(process.argv[2] ?? '[]') as LayerName[][]) found.push(await layersWithout(without));
process.stdout.write(JSON.stringify(found));
