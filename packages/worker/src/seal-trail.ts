import { type Db, readCheckpointKey, readOrMakeCheckpointKey, type Sealing, startSealing } from '@assay/db';
import type { Logger } from 'pino';
import type { AuditConfig } from './config.ts';

/** Chains the audit trail within a second, and signs checkpoints of it. */
export async function sealTrail(db: Db, config: AuditConfig, log: Logger): Promise<Sealing> {
  const { keyFile, checkpointDir, checkpointSeconds } = config;
  const key = config.key ? readCheckpointKey(config.key) : await readOrMakeCheckpointKey(keyFile);
  log.info({ publicKey: key.publicKey, checkpointDir }, 'the audit trail is sealed');
  const onError = (error: unknown) => log.error({ err: error }, 'the audit trail could not be sealed');
  return startSealing(db, { key, checkpointDir, checkpointSeconds, onError });
}
