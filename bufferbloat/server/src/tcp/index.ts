export { loadLibc, type Libc } from './libc.ts';
export { isEncrypted } from './sockets.ts';
export { decodeTcpInfo, TCP_INFO_BYTES, type TcpInfo } from './tcp-info.ts';
export { createTcp, type Tcp } from './tcp.ts';
