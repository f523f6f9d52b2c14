import type { Clock } from '@rowhouse/supervisor';
import type { Store } from '../db/api.ts';

const BURST = 60;
const PER_MS = 1 / 2_000;

/** Notes wrong passwords; when there are very many, only some of them and how many there were between. */
export function createFailureAudit(store: Store, clock: Clock): (name: string, ip: string) => void {
  let left = BURST;
  let atMs = clock.nowMs();
  let unnoted = 0;
  return (name, ip) => {
    const nowMs = clock.nowMs();
    left = Math.min(BURST, left + (nowMs - atMs) * PER_MS);
    atMs = nowMs;
    if (left < 1) {
      unnoted += 1;
      return;
    }
    left -= 1;
    const detail = unnoted === 0 ? null : `${unnoted} more before this one`;
    unnoted = 0;
    store.audit({ who: null, what: 'sign-in-failed', whom: printable(name), detail, ip, atMs: clock.epochMs() });
  };
}

/** People type their password into the wrong field: what cannot be a name is not kept. */
function printable(name: string): string {
  return /^[a-z0-9][a-z0-9._-]{0,31}$/.test(name) ? name : '(not a name)';
}
