// `npm run classroom -- COMMAND`: the operator's commands of the classroom.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root } from './lib/prepare.mjs';

ensureInstalled();
ensureBuilt();
await import(pathToFileURL(path.join(root, 'classroom/server/dist/commands/main.js')).href);
