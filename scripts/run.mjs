// Runs one of the repository's own programs from its TypeScript source, against a current build of the servers.
import { bin, ensureBuilt, ensureInstalled, fail, run } from './lib/prepare.mjs';

const [program, ...args] = process.argv.slice(2);
if (!program) fail('usage: node scripts/run.mjs PROGRAM.ts [ARGUMENT ...]');
ensureInstalled();
ensureBuilt();
const ignore = () => {}; // the program itself decides what Ctrl-C means
process.on('SIGINT', ignore);
process.on('SIGTERM', ignore);
process.exitCode = run(bin('tsx'), ['--conditions=source', program, ...args]);
