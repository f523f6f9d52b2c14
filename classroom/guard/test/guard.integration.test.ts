import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardObstacle, runGuarded, type GuardOptions } from '@rowhouse/classroom-guard';
import { afterEach, expect, onTestFinished, test } from 'vitest';

const obstacle = guardObstacle();
const guarded = test.skipIf(obstacle !== undefined);
const guardedWithBubblewrap = test.skipIf(obstacle !== undefined || !existsSync('/usr/bin/bwrap'));

const sh = (script: string, options: GuardOptions = {}) => runGuarded('sh', ['-c', script], options);
const py = (script: string, options: GuardOptions = {}) =>
  runGuarded('/usr/bin/python3', ['-I', '-c', script], options);

afterEach(() => expect(orphanedGroups()).toEqual([]));

/** Groups of guards that have ended, in any hierarchy. */
function orphanedGroups(folder = '/sys/fs/cgroup', depth = 3): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const full = path.join(folder, entry.name);
    const pid = /^rowhouse-guard-(\d+)-/.exec(entry.name)?.[1];
    if (pid !== undefined) return existsSync(`/proc/${pid}`) ? [] : [full];
    return depth === 0 ? [] : orphanedGroups(full, depth - 1);
  });
}

function sleepers(seconds: number): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name) === `sleep\0${seconds}\0`);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
}

guarded('passes output and exit code on', async () => {
  const result = await sh('echo out; echo err >&2; exit 7');
  expect(result).toEqual({ exitCode: 7, timedOut: false, stdout: 'out\n', stderr: 'err\n' });
});

guarded('the command finds itself alone, as root without power over the machine', async () => {
  const script = `
import os, json, time
def tries(call):
    try:
        call(); return 'done'
    except OSError as error:
        return error.errno
print(json.dumps({
  'uid': os.getuid(), 'pids': sorted(int(p) for p in os.listdir('/proc') if p.isdigit()),
  'interfaces': os.listdir('/proc/self/net/dev_snmp6'),
  'usr': tries(lambda: open('/usr/x', 'w')), 'etc': tries(lambda: open('/etc/x', 'w')),
  'root': tries(lambda: open('/x', 'w')), 'tmp': tries(lambda: open('/tmp/x', 'w')),
  'pattern': tries(lambda: open('/proc/sys/kernel/core_pattern', 'w')),
  'door': tries(lambda: os.listdir('/.whole')),
  'node': tries(lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))),
  'time': tries(lambda: time.clock_settime(0, time.time())),
  'other folders': os.path.exists('/work') or os.path.exists('/mnt'), 'home': os.listdir('/root'),
}))`;
  const { stdout, stderr } = await py(script);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    uid: 0,
    pids: [1, 2],
    interfaces: ['lo'],
    usr: 30,
    etc: 30,
    root: 30,
    tmp: 'done',
    pattern: 30,
    door: 13,
    node: 1,
    time: 1,
    'other folders': false,
    home: [],
  });
});

guarded('the host cannot be reached, and the metadata address is the guard’s own', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const script = `
import socket
def connect(host, port):
    try: socket.create_connection((host, port), 1); return 'connected'
    except OSError as error: return error.__class__.__name__
listener = socket.create_server(('169.254.169.254', 80))
print(connect('127.0.0.1', ${port}), connect('169.254.169.254', 80), connect('203.0.113.1', 80))`;
  const { stdout, stderr } = await py(script);
  server.close();
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('ConnectionRefusedError connected OSError');
  expect(connections).toBe(0);
});

guardedWithBubblewrap('a student’s sandbox can be made inside, in a cgroup of its own', async () => {
  const { stdout, stderr } = await sh(`
    cat > /tmp/room <<'END'
exec bwrap --unshare-all --disable-userns --unshare-user --die-with-parent --new-session --as-pid-1 --clearenv \\
  --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \\
  --proc /proc --dev /dev --tmpfs /tmp /usr/bin/python3 -I -c 'import os; print(os.getuid(), os.getpid())'
END
    groups=/sys/fs/cgroup/memory; [ -d $groups ] || groups=/sys/fs/cgroup
    mkdir $groups/room
    sh -c 'echo $$ > '$groups'/room/cgroup.procs && exec setpriv --reuid 200001 --regid 200001 --clear-groups sh /tmp/room'
    cat $groups/room/memory.max_usage_in_bytes 2> /dev/null || cat $groups/room/memory.peak
    rmdir $groups/room`);
  expect(stderr).toBe('');
  const [room, usedBytes] = stdout.trim().split('\n');
  expect(room).toBe('200001 1');
  expect(Number(usedBytes)).toBeGreaterThan(0);
});

guarded('a folder of the host is seen also where it lies in what is writable', async () => {
  const shown = mkdtempSync(path.join(os.tmpdir(), 'rowhouse-shown-'));
  writeFileSync(path.join(shown, 'file'), 'seen');
  try {
    const { stdout } = await sh(`cat ${shown}/file; echo 2>/dev/null > ${shown}/file; ls /tmp`, { mounts: [shown] });
    expect(stdout).toBe(`seen${path.basename(shown)}\n`);
    expect(readFileSync(path.join(shown, 'file'), 'utf8')).toBe('seen');
  } finally {
    rmSync(shown, { recursive: true });
  }
});

guarded('memory, processes and disk end at their limits', async () => {
  const hungry = await py('x = bytearray(1 << 30)\nprint("survived")', { memoryBytes: 256 << 20 });
  expect(hungry).toMatchObject({ exitCode: 137, stdout: '' });
  const forks = `
import os, time
made = 0
try:
    for _ in range(200):
        if os.fork() == 0: time.sleep(100)
        made += 1
except BlockingIOError: pass
print(made)`;
  const many = await py(forks, { pids: 50 });
  expect(Number(many.stdout)).toBeGreaterThan(30);
  expect(Number(many.stdout)).toBeLessThan(50);
  const full = await sh('dd if=/dev/zero of=/tmp/big bs=1M 2>&1 | tail -1', { writable: { '/tmp': 8 << 20 } });
  expect(full.stdout).toContain('8388608 bytes');
});

guarded('everything ends when the time is up, also what ignores signals or runs away', async () => {
  const startMs = performance.now();
  const result = await sh('trap "" TERM INT HUP; setsid sleep 4321 & sleep 4321', { wallMs: 700 });
  expect(result).toMatchObject({ timedOut: true, exitCode: 124 });
  expect(performance.now() - startMs).toBeLessThan(10_000);
  expect(sleepers(4321)).toEqual([]);
});

guarded('everything ends with an abort', async () => {
  const aborted = await sh('sleep 4322', { signal: AbortSignal.timeout(300) });
  expect(aborted.exitCode).toBe(125);
  expect(sleepers(4322)).toEqual([]);
});

guarded('everything ends when the caller is killed', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rowhouse-guard-test-'));
  const caller = path.join(folder, 'caller.mjs');
  const stage = path.join(import.meta.dirname, '../stage/guard.py');
  const settings = {
    command: 'sh',
    args: ['-c', 'sleep 4323; exit 1'],
    env: { PATH: '/usr/bin:/bin' },
    memoryBytes: 1 << 28,
    pids: 50,
    wallMs: 60_000,
    mounts: [],
    writable: { '/tmp': 1 << 20 },
    addresses: [],
  };
  const args = JSON.stringify(['-E', '-s', '-B', stage, JSON.stringify(settings)]);
  writeFileSync(
    caller,
    `import { spawn } from 'node:child_process';
     spawn('/usr/bin/python3', ${args}, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });`,
  );
  const killed = spawn(process.execPath, [caller], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void killed.kill('SIGKILL'));
  while (sleepers(4323).length === 0) await sleep(20);
  killed.kill('SIGKILL');
  const goneBy = performance.now() + 3000;
  while ((sleepers(4323).length > 0 || orphanedGroups().length > 0) && performance.now() < goneBy) await sleep(20);
  expect(sleepers(4323)).toEqual([]);
  rmSync(folder, { recursive: true });
});
