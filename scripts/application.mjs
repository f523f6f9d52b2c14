// One of several applications: runs its main program, and ends with the process that started it.
import { pathToFileURL } from 'node:url';

const [main, ...args] = process.argv.slice(2);
process.argv.splice(1, process.argv.length, main, ...args);
// A parent that was killed passes no signal on, but its end of the pipe closes.
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => {});
process.stdin.resume();
process.stdin.unref();
await import(pathToFileURL(main).href);
