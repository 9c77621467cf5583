import { z } from 'zod';
import { isOneLine } from '../../../domain/one-line.ts';

// Pieces that several bodies have in common, each with the sentence that the OpenAPI document says about it.

const LONGEST_DOMAIN = 253;
const MOST_DOMAINS = 1000;

/** Text that people wrote: without spaces around it, never empty. */
export function text(longest: number) {
  return z.string().trim().min(1, 'must not be empty').max(longest);
}

/** One line of it, where an empty text, like null, takes away what was there. */
export function optionalText(longest: number) {
  return z
    .string()
    .trim()
    .max(longest)
    .refine(isOneLine, 'is one line without control characters')
    .transform((value) => (value === '' ? null : value))
    .nullish();
}

export const slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is lower-case letters, digits and hyphens, at most 63');

/** A moment, or a day, which begins at midnight UTC. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], 'is a date and time of ISO 8601, with its offset')
  .transform((value) => new Date(value))
  .refine(isStorable, 'is a moment of the years 1 to 9999, in UTC');

/** A day of the calendar; PostgreSQL knows no year 0. */
export const day = z.iso
  .date()
  .refine((value) => isStorable(new Date(value)), 'is a day of the years 1 to 9999');

/** What is a year by an offset is none in UTC. */
function isStorable(at: Date): boolean {
  return at.getUTCFullYear() >= 1 && at.getUTCFullYear() <= 9999;
}

export const email = z.email('is not an e-mail address').max(254).toLowerCase();

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

/** A domain in its ASCII form. */
export const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(LONGEST_DOMAIN)
  .regex(new RegExp(`^(${label}\\.)+${label}$`), 'is not a domain name (write it in its ASCII form)');

export const domains = z.array(domain).max(MOST_DOMAINS);

/** A moment as it is answered. */
export const timestamp = z.iso.datetime();
