import type { Limits } from '@assay/shared';

/** How the audit trail is sealed. */
export interface AuditConfig {
  /** Where the key that signs checkpoints is kept; made when there is none. */
  keyFile: string;
  /** The key itself (PEM), in the place of that file. */
  key?: string | undefined;
  /** Where each checkpoint is written as a file. */
  checkpointDir: string;
  checkpointSeconds: number;
}

/** What a worker is told at its start. `assay` reads it from the environment. */
export interface WorkerConfig {
  databaseUrl: string;
  /** `file:` or `s3:` address of the object store. */
  storageUrl: string;
  /** A folder of this machine where files come in that go to an `s3:` store. */
  incoming: string;
  /** Models that the operator named, besides those that are registered already. */
  modelUrls: string[];
  /** Hosts besides this machine's own where models may be, as `parseHosts` takes them. */
  modelHosts: string[];
  /** The same for webhooks; undefined: none. */
  webhookHosts?: string[] | undefined;
  /** Names of the models that this worker serves; undefined: all. */
  models?: string[] | undefined;
  /** For which what is in hand may go on when the worker is told to stop. */
  graceSeconds?: number;
  /** Undefined: this worker leaves the audit trail to others. */
  audit?: AuditConfig | undefined;
  limits: Pick<Limits, 'derivations'>;
  /** Of each thread that reads models' answers; one that needs more ends, and not the worker. MiB. */
  threadHeapMegabytes?: number | undefined;
  logLevel: string;
  /** Written every two seconds, while the database hears of this worker; for who watches over it. */
  beatFile?: string | undefined;
}
