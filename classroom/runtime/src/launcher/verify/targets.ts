import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import type { Owner } from '../folders.ts';

/** What the throwaway room is set on: all made for it, and cleared away after it. */
export interface Targets {
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Sent by the room, should it reach the datagram socket. */
  readonly nonce: string;
  readonly shmKey: number;
  /** A folder of the machine that every user may write to, and no room should see. */
  readonly outside: string;
  readonly granted: string;
  readonly notGranted: string;
  readonly workspace: string;
  readonly socket: string;
  datagramArrived(): boolean;
  remove(): Promise<void>;
}

/** In the folder that is granted. */
export const IN_GRANTED = { otherFile: 'of-another', setuidReader: 'reader' } as const;
export const NOT_GRANTED_FILE = 'file';

/** Holds shared memory until its standard input ends, even if this process does not live to say so. */
const HOLD_SHARED_MEMORY = `
import ctypes, sys
libc = ctypes.CDLL(None)
found = libc.shmget(ctypes.c_int(int(sys.argv[1])), ctypes.c_size_t(4096), ctypes.c_int(0o1666))
print('held', flush=True)
sys.stdin.read()
libc.shmctl(ctypes.c_int(found), 0, None)
`;

/**
 * @param folder to be made in; students' users can pass
 * @param attacker the throwaway room's user
 * @param other another student's user; `undefined`: there are no such users
 */
export async function prepareTargets(
  folder: string,
  python: string,
  attacker: Owner | undefined,
  other: Owner | undefined,
): Promise<Targets> {
  const nonce = randomBytes(16).toString('hex');
  const root = path.join(folder, `check-${nonce}`);
  const place = (name: string, mode: number, owner?: Owner): string => {
    const made = path.join(root, name);
    mkdirSync(made);
    if (owner !== undefined) chownSync(made, owner.uid, owner.gid);
    chmodSync(made, mode);
    return made;
  };
  mkdirSync(root, { mode: 0o755 });
  const outside = place('outside', 0o777);
  const granted = place('granted', 0o755);
  const notGranted = place('not-granted', 0o755);
  const workspace = place('workspace', 0o700, attacker);
  const socket = place('socket', 0o711);
  const otherFile = path.join(granted, IN_GRANTED.otherFile);
  writeFileSync(otherFile, 'secret', { mode: 0o600 });
  const setuidReader = path.join(granted, IN_GRANTED.setuidReader);
  copyFileSync('/bin/cat', setuidReader);
  if (other !== undefined) {
    chownSync(otherFile, other.uid, other.gid);
    chownSync(setuidReader, other.uid, other.gid);
    // Set-uid to a user that owns one file and runs nothing.
    chmodSync(setuidReader, 0o4755);
  }
  writeFileSync(path.join(notGranted, NOT_GRANTED_FILE), 'not granted', { mode: 0o644 });

  let arrived = false;
  const udp = createSocket('udp4');
  udp.on('message', (message) => {
    arrived ||= message.toString('latin1') === nonce;
  });
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const tcp = createServer((connection) => connection.destroy());
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const shmKey = randomInt(1, 0x7fff_ffff);
  const holder = spawn(python, ['-I', '-c', HOLD_SHARED_MEMORY, String(shmKey)], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    ...other,
  });
  holder.on('error', () => {});
  const ended = once(holder, 'exit').catch(() => undefined);
  await Promise.race([once(holder.stdout, 'data'), ended]);

  return {
    tcpPort: (tcp.address() as AddressInfo).port,
    udpPort: udp.address().port,
    nonce,
    shmKey,
    outside,
    granted,
    notGranted,
    workspace,
    socket,
    datagramArrived: () => arrived,
    async remove() {
      holder.stdin.end();
      await ended;
      udp.close();
      tcp.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
