/** The four calls into the C library that Node does not offer; nothing else uses foreign functions. */
export interface Libc {
  /** Reads a socket option into `value`. @returns how many bytes the kernel wrote, 0 when it refused */
  getsockopt(fd: number, level: number, option: number, value: Uint8Array): number;
  /** @returns whether the kernel took it */
  setsockopt(fd: number, level: number, option: number, value: Uint8Array): boolean;
  /** Drops up to `limitBytes` received bytes without copying them. @returns how many, 0 when there were none */
  discard(fd: number, limitBytes: number): number;
  /**
   * Hands a message to the kernel, as far as it has room.
   *
   * @param header a `struct msghdr`
   * @returns how many bytes it took; -1: the connection is broken
   */
  sendmsg(fd: number, header: Uint8Array): number;
  /** Where a buffer lies in memory; it must be one of its own, never on V8's heap, for those move. */
  address(buffer: Uint8Array): bigint;
}

const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/**
 * Loads the C library of this process.
 *
 * @returns a sentence that says why there is none: not Linux, or no binary of the foreign function interface
 */
export async function loadLibc(): Promise<Libc | string> {
  if (process.platform !== 'linux') return `not available on ${process.platform}`;
  try {
    const { default: koffi } = await import('koffi');
    const library = koffi.load(null);
    const get = library.func('int getsockopt(int fd, int level, int option, void *value, void *length)');
    const set = library.func('int setsockopt(int fd, int level, int option, void *value, uint32_t length)');
    const receive = library.func('int64_t recv(int fd, void *buffer, uint64_t length, int flags)');
    const send = library.func('int64_t sendmsg(int fd, const void *message, int flags)');
    const waits = new Set([koffi.os.errno['EAGAIN'], koffi.os.errno['EINTR'], koffi.os.errno['ENOBUFS']]);
    const length = new Uint32Array(1);
    return {
      getsockopt(fd, level, option, value) {
        length[0] = value.byteLength;
        return get(fd, level, option, value, length) === 0 ? (length[0] ?? 0) : 0;
      },
      setsockopt: (fd, level, option, value) => set(fd, level, option, value, value.byteLength) === 0,
      // On a TCP socket MSG_TRUNC discards in the kernel and touches no memory of ours.
      discard: (fd, limitBytes) => Math.max(0, Number(receive(fd, null, limitBytes, MSG_TRUNC | MSG_DONTWAIT))),
      sendmsg(fd, header) {
        const taken = Number(send(fd, header, MSG_DONTWAIT | MSG_NOSIGNAL));
        return taken >= 0 ? taken : waits.has(koffi.errno()) ? 0 : -1;
      },
      address: (buffer) => koffi.address(buffer),
    };
  } catch {
    return 'the foreign function interface (koffi) could not be loaded';
  }
}
