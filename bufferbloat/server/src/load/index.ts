export { serveBulk } from './bulk.ts';
export { STALL_MS, type Admission, type LoadContext, type Traffic } from './context.ts';
export { serveDownload } from './download.ts';
export { createPools, messageBytesFor, poolBytesFor, type Pools } from './pools.ts';
export { downloadQuery, type DownloadQuery } from './query.ts';
export { RateMeter } from './rate.ts';
export { serveUpload, uploadBytes } from './upload.ts';
