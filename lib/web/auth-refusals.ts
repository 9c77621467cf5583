import type { PasswordRefusal } from '../domain/password-rules.ts';
import { auth } from './messages/auth.ts';
import type { Words } from './refusal-state.ts';

const { refusals } = auth;

/** What the operations on signing in refuse, in words, by code. */
export const signInRefusals = {
  wrong_credentials: refusals.wrong,
  throttled: refusals.throttled,
  busy: refusals.busy,
} as const satisfies Record<string, Words>;

export const codeRefusals = {
  wrong_code: refusals.code_wrong,
  throttled: refusals.throttled,
} as const satisfies Record<string, Words>;

export const passwordRefusals = {
  too_short: refusals.password_short,
  too_long: refusals.password_long,
  like_email: refusals.password_like_email,
  too_common: refusals.password_known,
  unchanged: refusals.password_unchanged,
} as const satisfies Record<PasswordRefusal, Words>;
