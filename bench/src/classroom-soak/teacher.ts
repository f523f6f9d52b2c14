import type { Account, ProcessInfo, ServerMessage } from '@rowhouse/classroom-protocol';
import { demoStudent, openTab, signIn, type Tab } from '../shared/classroom-client.ts';
import type { Day } from './lesson.ts';

const LOOK_MINUTES = 1;
/** The students before are to be forgotten by everybody: what a teacher looks at is not abandoned. */
const FIRST = 6;
const PATIENCE_MS = 10_000;

/** Looks on: goes from student to student, sees what runs there from its beginning, and changes nothing. */
export async function teach(day: Day, untilMinute: number): Promise<void> {
  const { ledger, random, time } = day;
  const teacher = await signIn(day.port, 'teacher');
  ledger.did('sign-in');
  const { accounts } = JSON.parse((await teacher.http.ask('/api/accounts')).body.toString()) as {
    accounts: readonly Account[];
  };
  const tab = await openTab(teacher);
  while (time.minute() < untilMinute) {
    const name = demoStudent(FIRST + random.int(39 - FIRST));
    const account = accounts.find((each) => each.name === name);
    if (account === undefined) throw new Error(`${name} has no account`);
    const living = (await processesOf(tab, account.id)).find(({ state }) => state !== 'ended');
    if (living) {
      const seen = tab.attach(living, 0);
      await time.pass(LOOK_MINUTES);
      if (!seen.inOrder || seen.droppedBytes > 0)
        ledger.trouble('teacher', `sees the ${living.kind} of ${name} with holes`);
      tab.send({ type: 'detach', process: living.id });
      ledger.did('look of the teacher');
    } else await time.pass(LOOK_MINUTES);
  }
  for (const complaint of tab.complaints) ledger.trouble('teacher', complaint);
  tab.close();
  const left = await teacher.http.ask('/api/session', { method: 'DELETE' });
  if (left.status !== 204) ledger.trouble('teacher', `signing out: ${left.status}`);
  ledger.did('sign-out');
  teacher.http.close();
}

let requests = 0;

async function processesOf(tab: Tab, user: string): Promise<readonly ProcessInfo[]> {
  requests += 1;
  const requestId = `list${requests}`;
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      tab.socket.off('message', hear);
    };
    const timer = setTimeout(() => {
      done();
      reject(new Error('no answer to what a student runs'));
    }, PATIENCE_MS);
    const hear = (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      if (message.type !== 'processes' || message.requestId !== requestId) return;
      done();
      resolve(message.processes);
    };
    tab.socket.on('message', hear);
    tab.send({ type: 'list', requestId, user });
  });
}
