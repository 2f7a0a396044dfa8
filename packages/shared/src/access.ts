import { z } from 'zod';

/** Told apart without regard to case. */
export const usernameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{2,64}$/, 'must be 2 to 64 letters, digits, dots, dashes or underscores');

export const passwordLength = { min: 8, max: 128 } as const;

export const passwordSchema = z
  .string()
  .min(passwordLength.min, `must have at least ${passwordLength.min} characters`)
  .max(passwordLength.max, `must have at most ${passwordLength.max} characters`);
