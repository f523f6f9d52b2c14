import * as z from 'zod';

export const roleSchema = z.enum(['student', 'teacher', 'admin']);
export type Role = z.infer<typeof roleSchema>;

/** Sign-in name: lower case, so that no two look the same. */
export const accountNameSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,31}$/);

export const passwordSchema = z.string().min(10).max(256);

export const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  role: roleSchema,
  /** Must choose a password of their own before anything else. */
  mustChangePassword: z.boolean(),
  disabled: z.boolean(),
});
export type Account = z.infer<typeof accountSchema>;

/** `POST /api/session` */
export const signInSchema = z.object({ name: z.string().max(64), password: z.string().max(256) });
export type SignIn = z.infer<typeof signInSchema>;

/** Answer of `POST` and `GET /api/session`. */
export const sessionSchema = z.object({
  account: accountSchema,
  /** To be sent as `x-csrf-token` with every request that changes something. */
  csrfToken: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

/** `POST /api/session/password` */
export const changePasswordSchema = z.object({ current: z.string().max(256), next: passwordSchema });

/** `POST /api/first-admin`, with the one-time token of `npm run classroom -- first-admin`. */
export const firstAdminSchema = z.object({
  token: z.string().max(128),
  name: accountNameSchema,
  password: passwordSchema,
});

/** `POST /api/accounts` (teacher: students; admin: everyone). Answers `{account, initialPassword}`. */
export const newAccountSchema = z.object({
  name: accountNameSchema,
  displayName: z.string().min(1).max(100),
  role: roleSchema,
});
