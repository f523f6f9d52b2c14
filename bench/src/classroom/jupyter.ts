import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Starts a kernel as a notebook does, and waits for what `print("hi")` prints. */
const MEASURE = `
import time
from jupyter_client.manager import start_new_kernel
start = time.monotonic()
manager, client = start_new_kernel(kernel_name="python3", startup_timeout=60)
client.execute('print("hi")')
while True:
    message = client.get_iopub_msg(timeout=60)
    if message["msg_type"] == "stream":
        break
print((time.monotonic() - start) * 1000)
client.stop_channels()
manager.shutdown_kernel(now=True)
`;

/** Milliseconds from the start of a kernel to its first output; `undefined` where Jupyter is not installed. */
export async function jupyterFirstOutput(): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', MEASURE], { timeout: 120_000 });
    return Number(stdout.trim());
  } catch {
    return undefined;
  }
}
