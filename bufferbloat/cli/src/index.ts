export { CliError, type CliErrorCode } from './errors.ts';
export type { Progress } from './rates.ts';
export { runTest, type TestOptions } from './run-test.ts';
