import type { Limits } from '@rowhouse/classroom-protocol';
import { type Account, findAccount, readTlsMaterial, reservePort } from '@rowhouse/service';
import { readFileSync } from 'node:fs';
import { machineSize } from '../capacity/machine.ts';
import { resolveCapacity, type ResolvedCapacity } from '../capacity/resolve.ts';
import { readFigures } from '../capacity/stored.ts';
import { checkRules, type Config, listenAddress } from '../config.ts';
import type { DatabaseSettings } from '../database/settings.ts';
import { LaunchError } from './errors.ts';
import { type Folders, folderNames, makeFolders, removeRunFolder } from './folders.ts';
import type { LauncherSettings } from './launcher-settings.ts';
import { lockFolder } from './lock.ts';
import { findPython } from './python.ts';
import type { MainSettings } from './settings.ts';
import { timesAsFast } from './times-as-fast.ts';

export interface ResolvedSettings {
  /** `null`: the database is somebody else's. */
  readonly database: DatabaseSettings | null;
  readonly launcher: LauncherSettings;
  readonly main: MainSettings;
  readonly folders: Folders;
  readonly capacity: ResolvedCapacity;
  /** Gives the data folder back and removes what only the running system needs. Call when all has ended. */
  readonly release: () => void;
}

/** Variables of the environment that say where a user's files are. */
export interface UserFolders {
  readonly runtimeFolder: string | undefined;
  readonly dataHome: string | undefined;
}

const MIB = 1024 ** 2;

/**
 * Turns a configuration into what each program is told, after checking all that can be checked before a program starts:
 * the platform, Python, certificates, users, the port, folders.
 *
 * @throws ServiceError, LaunchError, each with one line that names what is wrong
 */
export async function resolveSettings(
  config: Config,
  logLevel: string,
  environment: UserFolders & { readonly timesAsFast: string | undefined },
): Promise<ResolvedSettings> {
  checkRules(config);
  const times = timesAsFast(environment.timesAsFast, config.demo);
  if (process.platform !== 'linux') throw new LaunchError('ERR_LAUNCH_PLATFORM', { platform: process.platform });
  const { sslCertfile, sslKeyfile, user, databaseUrl, uidBase } = config;
  const tls = sslCertfile !== null && sslKeyfile !== null ? readTlsMaterial(sslCertfile, sslKeyfile) : null;
  const server = systemAccount(user);
  if (databaseUrl === null) systemAccount(config.databaseUser);
  const host = listenAddress(config);
  const port = await reservePort('the classroom', host, config.port);
  const python = await findPython(config.python);
  const folders = folderNames({ ...config, port }, where(environment));
  makeFolders(folders, server);
  const unlock = lockOrLeave(folders);
  const machine = machineSize();
  const capacity = resolveCapacity(config, machine, readFigures(folders.data, machine.cores));
  const limits = limitsOf(config, capacity.processesTotal);
  return {
    folders,
    capacity,
    release() {
      removeRunFolder(folders);
      unlock();
    },
    database:
      databaseUrl === null
        ? { folder: folders.database, user: config.databaseUser, serverUser: user, logLevel, port }
        : null,
    launcher: {
      socket: folders.launcherSocket,
      socketFolder: folders.rooms,
      dataFolder: folders.data,
      serverUid: server?.uid ?? process.getuid?.() ?? 0,
      serverGid: server?.gid ?? process.getgid?.() ?? 0,
      python,
      uidBase,
      instance: port,
      limits,
      logLevel,
    },
    main: {
      host,
      port,
      tls,
      tlsInFront: config.tlsInFront,
      user,
      logLevel,
      database:
        databaseUrl === null ? { kind: 'embedded', folder: folders.database } : { kind: 'url', url: databaseUrl },
      dataFolder: folders.data,
      launcherSocket: folders.launcherSocket,
      socketFolder: folders.rooms,
      operatorSocket: folders.operatorSocket,
      uidBase,
      limits,
      capacity: capacity.capacity,
      optimizedFor: `${capacity.capacity.maxUsers} students on ${machine.cores} cores (${capacity.tier.name})`,
      demo: config.demo,
      production: config.production,
      allowedHosts: config.allowedHosts,
      trustedProxies: config.trustedProxies,
      metricsToken: config.metricsToken,
      timesAsFast: times,
    },
  };
}

/** Where a classroom with this configuration keeps its things, whether it runs or not. */
export function foldersOf(config: Config, userFolders: UserFolders): Folders {
  return folderNames(config, where(userFolders));
}

function lockOrLeave(folders: Folders): () => void {
  try {
    return lockFolder(folders.data);
  } catch (error) {
    removeRunFolder(folders); // by our port, which nobody else has
    throw error;
  }
}

function where(userFolders: UserFolders) {
  const uid = process.getuid?.() ?? -1;
  return { isRoot: uid === 0, uid, ...userFolders };
}

function systemAccount(user: string): Account | null {
  return process.getuid?.() === 0 ? findAccount(user, readFileSync('/etc/passwd', 'utf8')) : null;
}

function limitsOf({ limits: l }: Config, processesTotal: number): Limits {
  return {
    runMemoryBytes: l.runMemoryMiB * MIB,
    roomMemoryBytes: l.roomMemoryMiB * MIB,
    runCpuMs: l.runCpuS * 1000,
    scriptWallMs: l.scriptWallS * 1000,
    replWallMs: l.replWallS * 1000,
    waitingMs: l.waitingS * 1000,
    runProcesses: l.runProcesses,
    openFiles: l.openFiles,
    fileBytes: l.fileMiB * MIB,
    diskBytes: l.diskMiB * MIB,
    diskFiles: l.diskFiles,
    outputBytesPerS: l.outputMiBPerS * MIB,
    activeRuns: l.activeRuns,
    processesPerUser: l.processesPerUser,
    processesTotal,
    fileOperationMs: l.fileOperationS * 1000,
    abandonedMs: l.abandonedS * 1000,
  };
}
