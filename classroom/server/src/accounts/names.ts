import * as z from 'zod';

/** Line breaks, and characters that turn the direction of what follows: they would disguise a name in a list. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Co}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What people are called, in any script; one spelling of what looks the same. */
export const displayNameSchema = z
  .string()
  .transform((name) => name.normalize('NFC').trim())
  .pipe(z.string().min(1).max(100))
  .refine((name) => !UNSHOWABLE.test(name));
