import { demoPassword } from '../shared/classroom-client.ts';
import { createHttp } from '../shared/classroom-http.ts';
import { type Lesson, workWithFiles } from './lesson.ts';

/** Wrong passwords after which the next attempt has to wait for a minute. */
const UNTIL_A_MINUTE = 11;
const MOST_ATTEMPTS = 500;

/** Mistypes a password until the wait is a minute, is held up with the right one, and let in when the minute is over. */
export const mistyper: Lesson = async (desk, day, untilMinute) => {
  const { ledger, time } = day;
  const door = createHttp(day.port, { 'content-type': 'application/json' });
  const attempt = async (password: string) => {
    const answer = await door.ask('/api/session', {
      method: 'POST',
      body: JSON.stringify({ name: desk.name, password }),
    });
    return { status: answer.status, waitMinutes: Number(answer.headers['retry-after'] ?? 0) / 60 };
  };
  try {
    let wrong = 0;
    for (let attempts = 0; wrong < UNTIL_A_MINUTE && attempts < MOST_ATTEMPTS; attempts += 1) {
      const { status, waitMinutes } = await attempt('not-my-password');
      if (status === 401) {
        wrong += 1;
        ledger.did('wrong password');
      } else if (status !== 429) ledger.trouble(desk.name, `a wrong password was answered with ${status}`);
      await time.pass(waitMinutes);
    }
    const held = await attempt(demoPassword(desk.name));
    if (held.status !== 429)
      ledger.trouble(desk.name, `after ${wrong} wrong passwords: ${held.status} in place of 429`);
    await time.pass(held.waitMinutes);
    const letIn = await attempt(demoPassword(desk.name));
    if (letIn.status === 200) ledger.did('sign-in');
    else ledger.trouble(desk.name, `after the wait: ${letIn.status}`);
    ledger.did('sign-in held up');
  } finally {
    door.close();
  }
  await workWithFiles(desk, day, untilMinute);
};
