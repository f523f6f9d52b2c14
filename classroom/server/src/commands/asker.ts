import { passwordSchema } from '@rowhouse/classroom-protocol';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './errors.ts';

/** Asks whoever runs the command. */
export interface Asker {
  /** What is typed is not shown. Without a terminal: the next line of the input. @throws CommandError when there is none */
  secret(question: string): Promise<string>;
  /** @throws CommandError without a terminal */
  agrees(question: string): Promise<boolean>;
}

interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

export function createAsker({ input, output }: Terminal): Asker {
  const ask = async (question: string, shown: boolean): Promise<string> => {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input, output: shown ? output : nowhere, terminal: true });
    output.write(question); // now that what is typed is no longer shown by the terminal itself
    try {
      return await new Promise((resolve, reject) => {
        reader.once('line', resolve);
        reader.once('close', () => reject(new CommandError('Nothing was changed.'))); // Ctrl-C, or Ctrl-D
      });
    } catch (error) {
      if (shown) output.write('\n');
      throw error;
    } finally {
      reader.close();
      if (!shown) output.write('\n');
    }
  };
  let lines: AsyncIterator<string> | undefined;
  const nextLine = async (question: string): Promise<string> => {
    lines ??= createInterface({ input })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done === true || value === '')
      throw new CommandError(`${question}there is no terminal to ask at, and no line of input.`);
    return value;
  };
  return {
    secret: (question) => (input.isTTY ? ask(question, false) : nextLine(question)),
    async agrees(question) {
      if (!input.isTTY) throw new CommandError(`${question} Without a terminal say --yes.`);
      return /^y(?:es)?$/i.test((await ask(`${question} [y/N] `, true)).trim());
    },
  };
}

/** A password of one's own; at a terminal twice, for nobody sees what they type. @throws CommandError */
export async function askNewPassword(asker: Asker, isTerminal: boolean): Promise<string> {
  const password = await asker.secret('New password (10 characters or more): ');
  if (!passwordSchema.safeParse(password).success) throw new CommandError('A password has 10 to 256 characters.');
  if (isTerminal && (await asker.secret('Once more: ')) !== password)
    throw new CommandError('These were two different passwords; nothing was changed.');
  return password;
}
