"""First program of a room: sets up the walls that a process sets up for itself, then becomes the session host.

It reads its policy, JSON, from standard input; the launcher sends it once the process is in its cgroup. A
wall that the policy requires and that cannot be set up ends the room: none is ever quietly missing.

Policy: `program`, `arguments`, `environment`, `keepStdin`, `rlimits` {name: value}, `noNewPrivileges`, `landlock` {read,
write, devices} or null, `seccomp`, `closeDescriptors`, `required` (names of walls), `endWithParent`, `oomScoreAdjust`,
`niceness`, `classLink` {from, to} or null.
"""

import ctypes
import json
import os
import resource
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import landlock  # noqa: E402
import seccomp  # noqa: E402

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38
FAILED = 70


def read_policy() -> dict:
    """Eight digits of length, then as many bytes: not one more is read, for what follows may be for the program."""
    return json.loads(read_exactly(int(read_exactly(8))))


def read_exactly(length: int) -> bytes:
    data = b''
    while len(data) < length:
        piece = os.read(0, length - len(data))
        if not piece:
            sys.exit(FAILED)  # the launcher gave up
        data += piece
    return data


def close_descriptors() -> None:
    """All but the first three."""
    try:
        numbers = [int(name) for name in os.listdir('/proc/self/fd')]
    except OSError:
        numbers = [4095]
    os.closerange(3, max(numbers) + 1)


def limit_resources(limits: dict) -> bool:
    held = True
    for name, value in limits.items():
        which = getattr(resource, 'RLIMIT_' + name, None)
        if which is None:
            continue
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError):
            held = False
    return held


def behave(policy: dict, libc: ctypes.CDLL) -> None:
    """Manners that are no walls; each may fail."""
    if policy['endWithParent']:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # Without a pid namespace orphans would leave the tree by which the launcher finds them.
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        # When the whole machine runs out of memory, rooms go first.
        with open('/proc/self/oom_score_adj', 'w') as file:
            file.write(str(policy['oomScoreAdjust']))
    except OSError:
        pass
    try:
        os.nice(policy['niceness'])
    except OSError:
        pass
    link = policy['classLink']
    if link is not None:
        try:
            os.symlink(link['to'], link['from'])
        except OSError:
            pass


def build_walls(policy: dict, libc: ctypes.CDLL) -> dict:
    walls = {'rlimits': limit_resources(policy['rlimits'])}
    walls['no-new-privileges'] = bool(policy['noNewPrivileges']) and libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    walls['landlock'] = 0
    if policy['landlock'] is not None and walls['no-new-privileges']:
        try:
            walls['landlock'] = landlock.restrict(libc, policy['landlock'])
        except OSError as error:
            walls['landlock-error'] = str(error)
    walls['seccomp'] = False
    if policy['seccomp'] and walls['no-new-privileges']:
        reason = seccomp.install(libc)
        walls['seccomp'] = reason == ''
        if reason:
            walls['seccomp-error'] = reason
    return walls


def main() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    policy = read_policy()
    behave(policy, libc)
    if not policy['keepStdin']:
        nothing = os.open('/dev/null', os.O_RDONLY)
        os.dup2(nothing, 0)
    if policy['closeDescriptors']:
        close_descriptors()
    walls = build_walls(policy, libc)
    missing = [name for name in policy['required'] if not walls.get(name)]
    if missing:
        sys.stderr.write('walls that could not be set up: ' + ', '.join(missing) + '\n')
        sys.exit(FAILED)
    # Python ignores it, and what ignores it stays so in every program that it starts.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    environment = dict(policy['environment'], ROWHOUSE_WALLS=json.dumps(walls))
    os.execve(sys.executable, [sys.executable, '-I', policy['program'], *policy['arguments']], environment)


main()
