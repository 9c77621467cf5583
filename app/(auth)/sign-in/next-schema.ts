import { z } from 'zod';

/** Where the person came from; what of it may be followed is decided when it is followed. */
export const nextField = z
  .string()
  .max(2000)
  .nullish()
  .transform((next) => next ?? null);
