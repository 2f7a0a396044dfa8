import type { Limits, SecondFactorPolicy } from '@assay/shared';

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
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed; of all others it is not. */
  trustedProxies: string[];
  logLevel: string;
  /** Folder of the built SPA. */
  webRoot: string;
  /** The first administrator, created when there is nobody yet. */
  admin?: { username: string; password: string } | undefined;
}
