export { serveBulk } from './bulk.ts';
export { STALL_MS, type Admission, type LoadContext, type Traffic } from './context.ts';
export { serveDownload } from './download.ts';
export { createPools } from './pools.ts';
export { downloadQuery } from './query.ts';
export { serveUpload, uploadBytes } from './upload.ts';
