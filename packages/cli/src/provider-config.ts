import { readFileSync } from 'node:fs';
import type { ApiConfig } from '@assay/api';
import { roles } from '@assay/shared';
import { z } from 'zod';

const isHere = ({ hostname }: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
const isSafe = (url: URL) => url.protocol === 'https:' || (url.protocol === 'http:' && isHere(url));
const listOf = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '');

const issuer = z
  .string()
  .refine(
    (text) => URL.canParse(text) && isSafe(new URL(text)),
    'must be the https URL by which the provider calls itself',
  );

/** Of signing in at an OpenID Connect provider. */
export const providerVariables = {
  ASSAY_OIDC_ISSUER: issuer.optional(),
  ASSAY_OIDC_CLIENT_ID: z.string().optional(),
  ASSAY_OIDC_CLIENT_SECRET: z.string().optional(),
  ASSAY_OIDC_CLIENT_SECRET_FILE: z.string().optional(),
  ASSAY_OIDC_NAME: z.string().max(60, 'must have at most 60 characters').optional(),
  ASSAY_OIDC_SCOPES: z.string().transform(listOf).default([]),
  ASSAY_OIDC_DOMAINS: z
    .string()
    .transform((text) => listOf(text.toLowerCase()))
    .refine(
      (domains) => domains.every((domain) => /^[^@/]+\.[^@/]+$/.test(domain)),
      'must be domains such as police.example',
    )
    .default([]),
  ASSAY_OIDC_CLAIM: z
    .string()
    .regex(/^[^=]+=.+$/, 'must be a claim and its value, such as groups=assay')
    .optional(),
  ASSAY_OIDC_ROLE: z.enum(roles, `must be one of ${roles.join(', ')}`).default('researcher'),
  ASSAY_OIDC_LINK: z.enum(['never', 'email'], 'must be never or email').default('never'),
};
type Variables = z.output<z.ZodObject<typeof providerVariables>>;

/** Unset: for processes in which nobody signs in. */
export const noProvider: Record<string, string> = Object.fromEntries(
  Object.keys(providerVariables).map((name) => [name, '']),
);

/** Undefined: none is set. What is wrong with it is added to `faults`. */
export function chooseProvider(set: Variables, faults: string[]): ApiConfig['provider'] {
  const { ASSAY_OIDC_ISSUER: issuer, ASSAY_OIDC_CLIENT_ID: clientId } = set;
  const clientSecret = set.ASSAY_OIDC_CLIENT_SECRET ?? readSecret(set.ASSAY_OIDC_CLIENT_SECRET_FILE, faults);
  if (!issuer && !clientId && !clientSecret) return undefined;
  if (!issuer || !clientId || !clientSecret) {
    if (!set.ASSAY_OIDC_CLIENT_SECRET_FILE || clientSecret)
      faults.push(
        'ASSAY_OIDC_ISSUER, ASSAY_OIDC_CLIENT_ID and ASSAY_OIDC_CLIENT_SECRET (or its _FILE) must be set all or none',
      );
    return undefined;
  }
  const [, name, value] = /^([^=]+)=(.+)$/.exec(set.ASSAY_OIDC_CLAIM ?? '') ?? [];
  return {
    ...{ issuer, clientId, clientSecret },
    name: set.ASSAY_OIDC_NAME ?? new URL(issuer).hostname,
    scopes: set.ASSAY_OIDC_SCOPES,
    signUp: {
      domains: set.ASSAY_OIDC_DOMAINS,
      claim: name && value ? { name, value } : undefined,
      role: set.ASSAY_OIDC_ROLE,
    },
    linkByEmail: set.ASSAY_OIDC_LINK === 'email',
  };
}

function readSecret(file: string | undefined, faults: string[]): string | undefined {
  if (file === undefined) return undefined;
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret !== '') return secret;
    faults.push(`ASSAY_OIDC_CLIENT_SECRET_FILE ${file} is empty`);
  } catch (error) {
    faults.push(`ASSAY_OIDC_CLIENT_SECRET_FILE can’t be read: ${(error as Error).message}`);
  }
  return undefined;
}
