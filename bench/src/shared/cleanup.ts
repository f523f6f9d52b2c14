/** Runs a bench's body; whatever it has put on the stack is undone, last first, when it ends, fails or is interrupted. */
export async function withCleanup<T>(body: (undo: (step: () => unknown) => void) => Promise<T>): Promise<T> {
  const steps: (() => unknown)[] = [];
  const undoAll = async () => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) await step();
  };
  const interrupted = () => void undoAll().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    return await body((step) => steps.push(step));
  } finally {
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', interrupted);
    await undoAll();
  }
}
