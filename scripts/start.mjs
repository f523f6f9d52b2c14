// `npm start`: install and build what is missing, then become the supervisor (no process of its own in between).
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root } from './lib/prepare.mjs';

ensureInstalled();
ensureBuilt();
await import(pathToFileURL(path.join(root, 'bufferbloat/server/dist/main.js')).href);
