import { once } from 'node:events';
import path from 'node:path';
import type { Result } from '@rowhouse/bufferbloat-protocol';
import { firstLine } from '@rowhouse/e2e';
import { openLab, parseLink, type Truth } from '@rowhouse/linklab';
import { testInBrowser } from '../shared/page-test.ts';
import type { BenchLink } from './links.ts';

const SERVER = path.join(import.meta.dirname, '../../../bufferbloat/server/dist/main.js');

export interface LinkRun {
  readonly result: Result;
  readonly truth: Truth;
  readonly baseRttMs: number;
}

/** One whole test of the page in a real browser across one link; everything is gone afterwards. */
export async function runLink(link: BenchLink, scale = 1): Promise<LinkRun> {
  const spec = parseLink({ down: link.down, up: link.up, ...(link.rtt === undefined ? {} : { rtt: link.rtt }) });
  const lab = await openLab(spec);
  try {
    const server = lab.spawn('server', process.execPath, [SERVER, '--host', lab.serverAddress]);
    await firstLine(server.stdout, /healthy/);
    const capture = await lab.startCapture({ probePorts: [8005], loadPorts: [8000] });
    const result = await testInBrowser(`http://${lab.serverAddress}:8000/?scale=${scale}`, {
      namespace: lab.clientNamespace,
    });
    const truth = await capture.stop();
    server.kill('SIGTERM');
    await once(server, 'exit');
    return { result, truth, baseRttMs: spec.baseRttMs ?? 0 };
  } finally {
    await lab.close();
  }
}
