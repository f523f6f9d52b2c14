// `npm run check`: the fast checks alone.
import { check } from './lib/checks.mjs';
import { ensureInstalled } from './lib/prepare.mjs';

ensureInstalled();
process.exitCode = check();
