export { frameOf, headBytesFor, MOST_HEAD_BYTES, OPCODE, writeHead } from './frame-head.ts';
export { FrameReader, KEPT_BYTES, type FrameListener } from './frame-reader.ts';
