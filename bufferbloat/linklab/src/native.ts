import koffi from 'koffi';

// The few calls of the C library that Node does not offer: the kernel's own clock, as a capture stamps with it, and
// what a program needs that forwards packets between two tun devices.
const libc = koffi.load('libc.so.6');
const timespec = koffi.struct('timespec', { seconds: 'int64', nanoseconds: 'int64' });
const clockGettime = libc.func('clock_gettime', 'int', ['int', koffi.out(koffi.pointer(timespec))]);

const CLOCK_REALTIME = 0;

/** Unix time in milliseconds, to the microsecond, by the clock that packets are stamped with. */
export function realtimeMs(): number {
  const now: { seconds?: number; nanoseconds?: number } = {};
  clockGettime(CLOCK_REALTIME, now);
  return (now.seconds ?? 0) * 1000 + (now.nanoseconds ?? 0) / 1e6;
}

export const open = libc.func('open', 'int', ['str', 'int']) as (path: string, flags: number) => number;
export const ioctl = libc.func('ioctl', 'int', ['int', 'ulong', '_Inout_ uint8_t *']) as (
  fd: number,
  request: number,
  data: Uint8Array,
) => number;
export const read = libc.func('long read(int, _Out_ uint8_t *, size_t)') as (
  fd: number,
  data: Uint8Array,
  length: number,
) => number;
export const write = libc.func('long write(int, const uint8_t *, size_t)') as (
  fd: number,
  data: Uint8Array,
  length: number,
) => number;
/** `fds` is an array of struct pollfd, `timeout` one struct timespec, both as bytes. */
export const ppoll = libc.func('ppoll', 'int', ['_Inout_ uint8_t *', 'ulong', 'uint8_t *', 'void *']) as (
  fds: Uint8Array,
  count: number,
  timeout: Uint8Array | null,
  signals: null,
) => number;
export const schedSetscheduler = libc.func('sched_setscheduler', 'int', ['int', 'int', 'uint8_t *']) as (
  pid: number,
  policy: number,
  parameters: Uint8Array,
) => number;
