import type { Limits, Role, SecondFactorPolicy } from '@assay/shared';

/** An OpenID Connect provider at which people sign in. */
export interface ProviderConfig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** On the button. */
  name: string;
  /** That are asked for beside openid, profile and email. */
  scopes: string[];
  /** Who gets an account, with which role, without an invitation: by a verified address or by a claim. */
  signUp: { domains: string[]; claim: { name: string; value: string } | undefined; role: Role };
  /** Whoever has an account is recognised by a verified address. */
  linkByEmail: boolean;
}

/** What the API is told at its start. `assay` reads it from the environment. */
export interface ApiConfig {
  host: string;
  /** 0: any free one. */
  port: number;
  databaseUrl: string;
  /** `file:` or `s3:` address of the object store. */
  storageUrl: string;
  /** A folder of this machine where files come in that go to an `s3:` store. */
  incoming: string;
  limits: Limits;
  /** Signs sessions and the set-up link; the same for every process of one installation. */
  secret: string;
  /** Who has to have a second factor. */
  secondFactor: SecondFactorPolicy;
  provider?: ProviderConfig | undefined;
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed; of all others it is not. */
  trustedProxies: string[];
  logLevel: string;
  /** Folder of the built SPA. */
  webRoot: string;
  /** The first administrator, created when there is nobody yet. */
  admin?: { username: string; password: string } | undefined;
}
