import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { type Capture, type CaptureOptions, startCapture } from './capture.ts';
import { LabError } from './errors.ts';
import { type Janitor, labFolder, startJanitor, sweepOrphans } from './janitor.ts';
import { type ConnectionRecording, recordConnections } from './connection-recording.ts';
import { checkLink, type LinkSpec } from './link.ts';
import { namespaceName, NETNS_FOLDER, newLabName, type Place } from './names.ts';
import { ADDRESSES, hasRelay, linkSteps, places, relaySteps, type Step, SYSCTLS } from './plan.ts';
import { whyNoLab } from './requirements.ts';
import type { CaptureSite } from './tcpdump.ts';
import { endProcess, mustRun, type Output, ownProgram, runProgram, whenReady } from './processes.ts';

export type End = 'client' | 'server';

export interface LabOptions {
  /** Congestion control of what the server sends; default `cubic`. `bbr` hides a queue, which a test may want to show. */
  readonly serverCongestionControl?: string;
}

/** A client, a router and a server, each in a network namespace of its own, connected to nothing else. */
export interface Lab {
  readonly spec: LinkSpec;
  readonly clientAddress: string;
  readonly serverAddress: string;
  /** Network namespace of the client end, for a program that must be started in it by other means (a browser, say). */
  readonly clientNamespace: string;
  /** Starts a program at one end, as root; it is ended, at the latest, when the lab closes. */
  spawn(end: End, command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a program at one end to its end; never rejects, a failure is a `code` other than 0. */
  exec(end: End, command: string, args: readonly string[]): Promise<Output>;
  /** Starts to record what the router sees; one recording at a time. */
  startCapture(options: CaptureOptions): Promise<Capture>;
  /**
   * Starts to record the WebSocket connections to these server ports, whole and as they arrive at their ends; one such
   * recording at a time, beside the other kind or without it. Not for hundreds of Mbit/s.
   */
  recordConnections(ports: readonly number[]): Promise<ConnectionRecording>;
  /** Ends every program and removes every trace of the lab; may be called twice. */
  close(): Promise<void>;
}

/**
 * Builds a link. See `whyNoLab` for what that needs.
 *
 * Throws a `LabError`: `bad-link`, `cannot-run`, `setup-failed` or `program-failed`; nothing is left behind then.
 */
export async function openLab(spec: LinkSpec, options: LabOptions = {}): Promise<Lab> {
  checkLink(spec);
  const obstacle = whyNoLab();
  if (obstacle !== undefined) throw new LabError('cannot-run', obstacle);
  await sweepOrphans();
  const name = newLabName();
  const janitor = await startJanitor(name);
  try {
    await mkdir(labFolder(name), { mode: 0o700 });
    await build(name, spec, options);
    return openedLab(name, spec, janitor);
  } catch (error) {
    await janitor.clean();
    throw error;
  }
}

async function openedLab(name: string, spec: LinkSpec, janitor: Janitor): Promise<Lab> {
  const children = new Set<ChildProcess>();
  const spawnAt = (place: Place, command: readonly string[], options: SpawnOptions = {}): ChildProcess => {
    const child = spawn('ip', ['netns', 'exec', namespaceName(name, place), ...command], options);
    children.add(child);
    const forget = () => children.delete(child);
    child.once('exit', forget).once('error', forget);
    return child;
  };
  if (hasRelay(spec)) {
    const relay = ownProgram('relay', String((spec.baseRttMs ?? 0) / 2));
    await whenReady(spawnAt('edge', relay), 'the relay');
    await runSteps(name, relaySteps(name));
  }
  let closing: Promise<void> | undefined;
  const site: CaptureSite = { spec, folder: labFolder(name), spawnAt };
  return {
    spec,
    clientAddress: ADDRESSES.client,
    serverAddress: ADDRESSES.server,
    clientNamespace: namespaceName(name, 'client'),
    spawn: (end, command, args, options) => spawnAt(end, [command, ...args], options),
    exec: (end, command, args) => runProgram('ip', ['netns', 'exec', namespaceName(name, end), command, ...args]),
    startCapture: (options) => startCapture({ ...options, ...site }),
    recordConnections: (ports) => recordConnections(site, ports),
    close() {
      closing ??= (async () => {
        await Promise.all([...children].map((child) => endProcess(child, 2000)));
        await janitor.clean();
      })();
      return closing;
    },
  };
}

async function build(name: string, spec: LinkSpec, options: LabOptions): Promise<void> {
  const all = places(spec).map((place) => namespaceName(name, place));
  await mustRun('ip', ['-batch', '-'], all.map((namespace) => `netns add ${namespace}`).join('\n'));
  const settings = Object.entries(SYSCTLS).map(([path, value]) => `echo '${value}' > /proc/sys/${path}`);
  for (const namespace of all) await mustRun('ip', ['netns', 'exec', namespace, '/bin/sh', '-ec', settings.join('\n')]);
  await chooseCongestionControl(all, 'cubic');
  const atServer = options.serverCongestionControl;
  if (atServer !== undefined) await chooseCongestionControl([namespaceName(name, 'server')], atServer);
  await runSteps(name, linkSteps(name, spec));
}

async function runSteps(name: string, steps: readonly Step[]): Promise<void> {
  for (const { tool, place, lines } of steps) {
    await mustRun(tool, ['-n', namespaceName(name, place), '-batch', '-'], lines.join('\n'));
  }
}

/**
 * A namespace inherits the host's algorithm and may choose only among those the host allows. So the host allows one more
 * for the moment of choosing, under a lock that all labs share, and is left as it was.
 */
async function chooseCongestionControl(namespaces: readonly string[], algorithm: string): Promise<void> {
  const script = `
    allowed=/proc/sys/net/ipv4/tcp_allowed_congestion_control
    before=$(cat $allowed)
    trap 'echo "$before" > $allowed' EXIT
    echo "$before $0" > $allowed
    for namespace in "$@"; do
      ip netns exec "$namespace" /bin/sh -c "echo $0 > /proc/sys/net/ipv4/tcp_congestion_control"
    done`;
  await mustRun('flock', [NETNS_FOLDER, '/bin/sh', '-ec', script, algorithm, ...namespaces]);
}
