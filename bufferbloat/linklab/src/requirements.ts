import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TOOLS = ['ip', 'tc', 'tcpdump', 'flock'] as const;
const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;

/** Why no lab can be opened here, in a few words for a person; `undefined` when one can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux') return 'a lab needs the network namespaces of Linux';
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]}`);
  const holds = (capability: bigint) => ((capabilities >> capability) & 1n) === 1n;
  if (!holds(CAP_NET_ADMIN) || !holds(CAP_SYS_ADMIN)) return 'a lab needs root: it creates network namespaces';
  const missing = TOOLS.filter((tool) => spawnSync(tool, ['-V'], { stdio: 'ignore' }).error !== undefined);
  return missing.length === 0 ? undefined : `a lab needs ${missing.join(', ')} (Debian: iproute2, tcpdump, util-linux)`;
}
