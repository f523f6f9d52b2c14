export { loadLibc, type Libc } from './libc.ts';
export type { Gather } from './gather.ts';
export { readIntoOneBuffer } from './one-buffer.ts';
export { isEncrypted } from './sockets.ts';
export type { TcpInfo } from './tcp-info.ts';
export { createTcp, type Tcp } from './tcp.ts';
