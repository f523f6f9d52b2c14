import { roleSchema } from '@rowhouse/classroom-protocol';
import { choice, textOr, toggle, wholeNumber } from '@rowhouse/service';
import type * as z from 'zod';
import { configSchema } from '../config.ts';

const isSomething = (value: string) => value !== '';

/** What the commands take besides the classroom's own settings, by which they find it. */
export const commandSchema = configSchema.extend({
  users: wholeNumber({ help: 'Students of the class', default: 38, min: 1, max: 2000 }),
  measure: toggle({ help: 'Measure this machine first', default: false }),
  url: textOr({
    help: 'Address of the classroom; auto: on this machine, by its port',
    default: 'auto',
    expects: 'an address such as http://localhost:10086',
    test: (value) => value === 'auto' || /^https?:\/\/./.test(value),
  }),
  role: choice({ help: 'student, teacher or admin', of: roleSchema.options, default: 'student' }),
  name: textOr({ help: 'Who signs in', default: 'student01', expects: 'a name', test: isSomething }),
  password: textOr({
    help: 'Their password; auto: the one of the demo',
    default: 'auto',
    expects: 'a password',
    test: isSomething,
  }),
  yes: toggle({ help: 'Do not ask', default: false }),
});

export type CommandSettings = z.output<typeof commandSchema>;
