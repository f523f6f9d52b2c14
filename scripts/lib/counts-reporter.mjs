const firstLine = (message) => String(message).split('\n', 1)[0];
const reason = ({ errors = [] }) => firstLine(errors[0]?.message ?? 'no error was given');

// Closes a test run with its counts on one line, and names what was skipped and what failed.
export default class CountsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped = [];
    const failed = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'failed') failed.push(`${module.relativeModuleId} > ${test.fullName}: ${reason(test.result())}`);
        if (state === 'passed' || state === 'failed') counts[state]++;
        else {
          counts.skipped++;
          skipped.push(test.fullName);
        }
      }
      const outside = [module, ...module.children.allSuites()].flatMap((each) => each.errors());
      for (const error of outside) failed.push(`${module.relativeModuleId}: ${firstLine(error.message)}`);
      counts.failed += outside.length;
    }
    for (const error of unhandledErrors) failed.push(`outside of tests: ${firstLine(error.message)}`);
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    for (const line of failed) process.stdout.write(`failed: ${line}\n`);
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}
