import { sessionSchema } from '@rowhouse/classroom-protocol';
import { demoStudent, type Person, signIn } from './classroom-client.ts';
import { createHttp } from './classroom-http.ts';

const DEMO_STUDENTS = 38;
const PASSWORD = 'a-password-of-a-bench';
const AT_ONCE = 8;

/** As many signed-in students as wanted: those of the demo first, then new ones that the teacher makes. */
export async function people(port: number, count: number): Promise<Person[]> {
  const teacher = await signIn(port, 'teacher');
  const found: Person[] = [];
  for (let from = 1; from <= count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from + 1) }, (_, index) => from + index);
    found.push(
      ...(await Promise.all(
        numbers.map((number) =>
          number <= DEMO_STUDENTS ? signIn(port, demoStudent(number)) : newcomer(port, teacher, `extra${number}`),
        ),
      )),
    );
  }
  teacher.http.close();
  return found;
}

async function newcomer(port: number, teacher: Person, name: string): Promise<Person> {
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ name, displayName: name, role: 'student' });
  const made = await teacher.http.ask('/api/accounts', { method: 'POST', headers: json, body });
  if (made.status >= 300) throw new Error(`${name} could not be made: ${made.status} ${made.body.toString()}`);
  const { initialPassword } = JSON.parse(made.body.toString()) as { initialPassword: string };
  const first = await signIn(port, name, initialPassword);
  const change = JSON.stringify({ current: initialPassword, next: PASSWORD });
  const changed = await first.http.ask('/api/session/password', { method: 'POST', headers: json, body: change });
  if (changed.status >= 300) throw new Error(`${name}: ${changed.status} ${changed.body.toString()}`);
  first.http.close();
  // The session is another one from here on.
  const cookie = [changed.headers['set-cookie'] ?? []].flat().map((each) => each.split(';')[0]);
  const { csrfToken } = sessionSchema.parse(JSON.parse(changed.body.toString()));
  const headers = { cookie: cookie.join('; ') || first.headers.cookie, 'x-csrf-token': csrfToken };
  return { name, port, headers, http: createHttp(port, headers) };
}
