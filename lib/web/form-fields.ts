import { z } from 'zod';
import { oneLine } from '../domain/one-line.ts';

// Fields of forms as zod schemas. A browser sends every text field, empty ones too, and of checkboxes the ticked ones.

/** @param problem what the form says where it is empty */
export function requiredText(problem: string, most = 2000) {
  return z.string(problem).trim().min(1, problem).max(most);
}

/** One line; null where it is empty or missing. */
export function optionalText(most = 500) {
  return z
    .string()
    .trim()
    .max(most)
    .optional()
    .transform((text) => (text === undefined ? null : oneLine(text) || null));
}

export const checkbox = z
  .string()
  .optional()
  .transform((value) => value === 'on');

/** A field that may be there several times, such as the overrides of an approval. */
export const textList = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()));

/** A day that PostgreSQL keeps: there is no year 0. */
export const day = z.iso.date().refine((value) => !value.startsWith('0000'));

/** The revision that the person has read; absent where the form does not carry one. */
export const revisionField = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .optional();
