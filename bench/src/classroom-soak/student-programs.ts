/** Prints so many lines in so many seconds. */
export const lines = (count: number, seconds: number): { readonly source: string; readonly output: string } => ({
  source: `import time\nfor i in range(${count}):\n    print("line", i)\n    time.sleep(${(seconds / count).toFixed(4)})`,
  output: Array.from({ length: count }, (_, i) => `line ${i}\n`).join(''),
});

/** Prints 0, 1, 2, … for ever. */
export const COUNTING = 'import time\ni = 0\nwhile True:\n    print(i)\n    i += 1\n    time.sleep(0.25)';

/** Whether it is what `COUNTING` prints before it is ended. */
export function isCounting(printed: string): boolean {
  const numbers = printed.split('\n').slice(0, -1);
  return numbers.length > 0 && numbers.every((number, i) => number === String(i));
}

export const ASLEEP = 'import time\nprint("asleep")\ntime.sleep(1_000_000)';
export const ASKING = 'name = input("Name? ")\nprint("Hello", name)';
export const ENDLESS = 'print("round and round")\nwhile True:\n    pass';
export const GREEDY = 'print("more")\nall = []\nwhile True:\n    all.append(bytearray(10_000_000))';
export const WRONG = 'print("one")\nprint(1 / 0)';
export const PLOT = 'import matplotlib.pyplot as plt\nplt.plot([1, 4, 9, 16])\nplt.show()\nprint("plotted")';
