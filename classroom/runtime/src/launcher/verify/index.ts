import { closeSync, lstatSync, openSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Layers } from '@rowhouse/classroom-protocol';
import type { Ground } from '../ground.ts';
import { runLeaf } from '../groups/index.ts';
import { createLines } from '../lines.ts';
import { place } from '../placing.ts';
import { UID_RANGE } from '../requests.ts';
import { type OpenRoom, openRoom } from '../room.ts';
import { judge, type Means, noLayers } from './judge.ts';
import { type AttackReport, placeSchema, reportSchema } from './report.ts';
import { IN_GRANTED, NOT_GRANTED_FILE, prepareTargets, type Targets } from './targets.ts';

export { noLayers } from './judge.ts';

const MIB = 1024 * 1024;
const ATTACK_MS = 20_000;
const LINE_BYTES = 256 * 1024;
/** An underscore: no student's room is named so. */
const NAME = '_check';
/** What the attack's run may use, and what it tries, are small: only whether the limit holds is asked. */
const LIMITS = { memoryBytes: 40 * MIB, processes: 8 };
const TRIED_PROCESSES = 24;
const TRIED_MEMORY = 64 * MIB;
const NAMESPACES = ['mnt', 'pid', 'net', 'ipc', 'uts', 'user'] as const;

/** Opens a room in which a program tries to get through every wall, and tells which of them held. */
export async function verifyLayers(ground: Ground, uidBase: number, noBubblewrap: string | undefined): Promise<Layers> {
  const uid = uidBase + UID_RANGE - 1;
  const attacker = ground.userOf(uid);
  const other = ground.ownUids ? { uid: uid - 1, gid: uid - 1 } : attacker;
  const targets = await prepareTargets(ground.folders.cache, ground.python.path, attacker, other);
  const strayFd = openSync('/dev/null', 'r');
  let room: OpenRoom | undefined;
  try {
    room = await openRoom(ground, {
      name: NAME,
      uid,
      socket: targets.socket,
      token: targets.nonce,
      program: 'attacks.py',
      arguments: [JSON.stringify(describeTargets(ground, targets))],
      required: [],
      matplotlibCache: undefined,
      check: { granted: targets.granted, notGranted: targets.notGranted },
      spoken: true,
      strayFd,
      workspace: targets.workspace,
    });
    const report = await attackReport(ground, room);
    if (report === undefined)
      return noLayers(`The check of the walls did not come to its end: ${room.process.trouble()}`);
    const facts = report.groups?.placed ? ground.groups?.facts(NAME, runLeaf(1)) : undefined;
    const seen = { datagramArrived: targets.datagramArrived(), oomKilled: facts?.oomKilled ?? false };
    return judge(report, seen, meansOf(ground, noBubblewrap));
  } finally {
    closeSync(strayFd);
    await room?.end();
    await targets.remove();
  }
}

function meansOf(ground: Ground, noBubblewrap: string | undefined): Means {
  return {
    noBubblewrap,
    ownUids: ground.ownUids,
    groupsVersion: ground.groups?.version,
    swapHeld: ground.groups?.swapHeld ?? false,
    triedProcesses: TRIED_PROCESSES,
    triedMemoryBytes: TRIED_MEMORY,
  };
}

/** What python/attacks.py is set on. */
function describeTargets(ground: Ground, targets: Targets): Readonly<Record<string, unknown>> {
  const { tcpPort, udpPort, nonce, shmKey, outside } = targets;
  return {
    tcpPort,
    udpPort,
    nonce,
    shmKey,
    outside,
    files: { ...IN_GRANTED, closedFile: NOT_GRANTED_FILE },
    // Pointless where both files belong to the room's own user.
    setuid: ground.ownUids,
    launcherPid: process.pid,
    hostname: hostname(),
    usrUid: String(lstatSync('/usr').uid),
    namespaces: Object.fromEntries(NAMESPACES.map((name) => [name, readlinkSync(`/proc/self/ns/${name}`)])),
    fileBytes: ground.limits.fileBytes,
    openFiles: ground.limits.openFiles,
    placed: ground.groups !== undefined,
  };
}

/** Listens to the attack, and places its run as the server would have it placed. */
async function attackReport(ground: Ground, room: OpenRoom): Promise<AttackReport | undefined> {
  const { groups, processes } = ground;
  const { stdin, stdout, hostPid } = room.process;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ATTACK_MS);
    const settle = (report: AttackReport | undefined): void => {
      clearTimeout(timer);
      resolve(report);
    };
    const lines = createLines(LINE_BYTES, (line) => {
      const said = parse(line);
      const asked = placeSchema.safeParse(said).data?.place;
      if (asked === undefined || groups === undefined) return settle(reportSchema.safeParse(said).data);
      try {
        place(
          { groups, processes, room: { name: NAME, hostPid, uid: room.uid }, limits: LIMITS },
          asked.spare,
          asked.pid,
        );
        stdin?.write('placed\n');
      } catch {
        stdin?.write('refused\n');
      }
    });
    stdout?.on('data', (chunk: Buffer) => {
      if (!lines.push(chunk)) settle(undefined);
    });
    stdout?.on('error', () => settle(undefined));
    stdout?.on('close', () => settle(undefined));
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
