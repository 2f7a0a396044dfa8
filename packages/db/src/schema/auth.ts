import { roles } from '@assay/shared';
import { bigint, boolean, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

// The tables and property names are better-auth's (core, and its plugins username, admin, two-factor and api-key): it reads and
// writes them.

export const role = pgEnum('role', roles);

export const user = pgTable('user', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  username: text().unique(),
  displayUsername: text(),
  role: role().notNull().default('investigator'),
  /** Can't sign in; sessions and keys of theirs are of no use. */
  disabled: boolean().notNull().default(false),
  twoFactorEnabled: boolean().notNull().default(false),
  // The admin plugin wants these; nobody writes them.
  banReason: text(),
  banExpires: moment(),
  createdAt: moment().notNull().defaultNow(),
  updatedAt: moment().notNull().defaultNow(),
});

export const session = pgTable(
  'session',
  {
    id: text().primaryKey(),
    expiresAt: moment().notNull(),
    token: text().notNull().unique(),
    createdAt: moment().notNull().defaultNow(),
    updatedAt: moment().notNull().defaultNow(),
    ipAddress: text(),
    userAgent: text(),
    /** The admin plugin wants it; nobody writes it. */
    impersonatedBy: text(),
    userId: text()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
  },
  (t) => [index().on(t.userId)],
);

export const account = pgTable(
  'account',
  {
    id: text().primaryKey(),
    accountId: text().notNull(),
    providerId: text().notNull(),
    userId: text()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: moment(),
    refreshTokenExpiresAt: moment(),
    scope: text(),
    password: text(),
    createdAt: moment().notNull().defaultNow(),
    updatedAt: moment().notNull().defaultNow(),
  },
  (t) => [index().on(t.userId)],
);

export const verification = pgTable(
  'verification',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: moment().notNull(),
    createdAt: moment().notNull().defaultNow(),
    updatedAt: moment().notNull().defaultNow(),
  },
  (t) => [index().on(t.identifier)],
);

/** Somebody's second factor; its secret and backup codes are encrypted with the installation's own secret. */
export const twoFactor = pgTable('two_factor', {
  id: text().primaryKey(),
  userId: text()
    .notNull()
    .unique()
    .references(() => user.id, { onDelete: 'cascade' }),
  secret: text().notNull(),
  backupCodes: text().notNull(),
  /** False: begun, and no code has been right yet. */
  verified: boolean(),
  failedVerificationCount: integer(),
  lockedUntil: moment(),
});

/** Requests to better-auth of late, by address and path. */
export const rateLimit = pgTable('rate_limit', {
  id: text().primaryKey(),
  key: text().notNull().unique(),
  count: integer().notNull(),
  /** Milliseconds since 1970. */
  lastRequest: bigint({ mode: 'number' }).notNull(),
});

/** An API key. Kept when it has ended or was revoked. */
export const apikey = pgTable(
  'apikey',
  {
    id: text().primaryKey(),
    configId: text().notNull(),
    name: text(),
    /** Its first characters, to tell it by. */
    start: text(),
    prefix: text(),
    /** Its hash. */
    key: text().notNull().unique(),
    /** Whose it is. */
    referenceId: text()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** JSON: `{"assay": [scope ...]}`. */
    permissions: text(),
    /** False: revoked. */
    enabled: boolean().notNull().default(true),
    /** When it ends; null: never. Not better-auth's own column for it: what has passed that, it deletes. */
    endsAt: moment(),
    lastRequest: moment(),
    expiresAt: moment(),
    // Of better-auth's own limits for keys, which are off.
    requestCount: integer(),
    remaining: integer(),
    refillAmount: integer(),
    refillInterval: integer(),
    lastRefillAt: moment(),
    rateLimitEnabled: boolean(),
    rateLimitMax: integer(),
    rateLimitTimeWindow: integer(),
    metadata: text(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (t) => [index().on(t.referenceId)],
);
