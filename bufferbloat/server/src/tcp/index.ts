export { loadLibc, type Libc } from './libc.ts';
export { isEncrypted } from './sockets.ts';
export type { TcpInfo } from './tcp-info.ts';
export { createTcp, type Tcp } from './tcp.ts';
