import type { JsonValue } from '@rowhouse/supervisor';

/** What one program said when it was ready. */
export interface ReadyProgram {
  readonly id: string;
  readonly pid: number;
  readonly port: number;
  readonly details: JsonValue | undefined;
}

/** One line: who runs, and what the tests will be able to measure. */
export function healthSummary(programs: readonly ReadyProgram[], readyMs: number): string {
  const who = programs.map(({ id, pid, port }) => `${id} :${port} (pid ${pid})`);
  const what = new Set(programs.flatMap(({ details }) => abilities(details)));
  return `healthy: ${[...who, ...what].join(', ')}; ready in ${(readyMs / 1000).toFixed(1)} s`;
}

function abilities(details: JsonValue | undefined): string[] {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return [];
  const said = details as { readonly [key: string]: JsonValue | undefined };
  const words: string[] = [];
  if (typeof said['congestionControl'] === 'string') words.push(`congestion control ${said['congestionControl']}`);
  if (typeof said['tcpInfo'] === 'boolean') words.push(said['tcpInfo'] ? 'TCP_INFO sampled' : 'no TCP_INFO');
  if (typeof said['udp'] === 'boolean')
    words.push(said['udp'] ? 'UDP probes' : `no UDP probes (${text(said['udpReason'])})`);
  return words;
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : 'reason unknown');
