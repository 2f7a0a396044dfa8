import { z } from 'zod';

/** What people are to an installation. */
export const roles = ['administrator', 'investigator', 'researcher'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** What an API key can be made for. Any key may see models and figures besides. */
export const keyScopes = ['upload', 'read', 'judge', 'models:register'] as const;
export const keyScopeSchema = z.enum(keyScopes);
export type KeyScope = z.infer<typeof keyScopeSchema>;

/** What a route or procedure lets do: each names one. Behind it, what a refusal says that it is. */
export const rights = {
  self: 'seeing who you are',
  account: 'looking after an account of your own',
  keys: 'making API keys',
  figures: 'seeing models and figures',
  upload: 'uploading files and running models on them',
  read: 'seeing objects and what models say of them',
  delete: 'deleting objects from cases',
  judge: 'giving verdicts, tags and notes',
  'models:register': 'registering models',
  cases: 'making cases and looking after them',
  'cases:all': 'seeing which cases there are, and joining them',
  'models:work': 'looking after all work of a model',
  people: 'looking after accounts',
  settings: 'changing what holds for everybody here',
  audit: 'reading the audit trail',
} as const;
export type Right = keyof typeof rights;

const ofEverybody: Right[] = ['self', 'account', 'keys', 'figures'];
const ofInvestigators: Right[] = [...ofEverybody, 'upload', 'read', 'judge', 'delete', 'cases'];
const rightsOfRole: Record<Role, readonly Right[]> = {
  administrator: [...ofInvestigators, 'models:register', 'models:work', 'people', 'settings', 'cases:all', 'audit'],
  investigator: ofInvestigators,
  researcher: ofEverybody,
};

/** What somebody of this role may do; with `scopes`, what a key of theirs may: never more than they. */
export function listRights(role: Role, scopes?: readonly KeyScope[]): Right[] {
  const ofKey: readonly Right[] = ['self', 'figures', ...(scopes ?? [])];
  return rightsOfRole[role].filter((right) => scopes === undefined || ofKey.includes(right));
}

/** What people are in a case. */
export const caseRoles = ['reader', 'contributor', 'manager'] as const;
export const caseRoleSchema = z.enum(caseRoles);
export type CaseRole = z.infer<typeof caseRoleSchema>;

/** What can be done in a case, beside having the right to do it at all. Behind it, what a refusal says that it is. */
export const caseRights = {
  see: 'seeing what is in it',
  contribute: 'uploading into it, running models on what is in it, and judging that',
  manage: 'looking after its members, its name, its verdicts and tags, and what is kept',
} as const;
export type CaseRight = keyof typeof caseRights;

const rightsOfCaseRole: Record<CaseRole, readonly CaseRight[]> = {
  reader: ['see'],
  contributor: ['see', 'contribute'],
  manager: ['see', 'contribute', 'manage'],
};

/** Nobody has a right in a case but its members, administrators included. */
export const mayInCase = (role: CaseRole, right: CaseRight): boolean => rightsOfCaseRole[role].includes(right);

/** The roles in a case that have the right. */
export const listCaseRoles = (right: CaseRight): CaseRole[] => caseRoles.filter((role) => mayInCase(role, right));

export const caseNameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine((name) => !/\p{Cc}/u.test(name), 'must not have control characters');

/** Days after its upload for which the bytes of an object are kept. */
export const retentionDaysSchema = z.int().min(1, 'is at least a day').max(36_500, 'is at most a hundred years');

/** Whoever has to have a second factor and has none yet: signed in, and able to set one up. */
export const rightsBeforeEnrolment: readonly Right[] = ['self', 'account'];

/** Who has to have a second factor. */
export const secondFactorPolicies = ['optional', 'administrators', 'everybody'] as const;
export type SecondFactorPolicy = (typeof secondFactorPolicies)[number];

/** The scopes that keys of somebody with this role can have. */
export const listScopes = (role: Role): KeyScope[] => keyScopes.filter((scope) => rightsOfRole[role].includes(scope));

/** Of a person: shown beside what they do. */
export const personNameSchema = z.string().trim().max(200, 'must have at most 200 characters');

export const keyNameSchema = z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters');

/** Told apart without regard to case. */
export const usernameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{2,64}$/, 'must be 2 to 64 letters, digits, dots, dashes or underscores');

/** Of links that somebody is sent: what opening one does. */
export const linkKinds = ['invitation', 'password'] as const;
export type LinkKind = (typeof linkKinds)[number];

export const linkTokenSchema = z.string().min(1).max(200);

export const passwordLength = { min: 10, max: 128 } as const;

export const passwordSchema = z
  .string()
  .min(passwordLength.min, `must have at least ${passwordLength.min} characters`)
  .max(passwordLength.max, `must have at most ${passwordLength.max} characters`);
