/** What a worker is told at its start. `assay` reads it from the environment. */
export interface WorkerConfig {
  databaseUrl: string;
  /** `file:` address of the object store. */
  storageUrl: string;
  /** Models that the operator named, besides those that are registered already. */
  modelUrls: string[];
  logLevel: string;
}
