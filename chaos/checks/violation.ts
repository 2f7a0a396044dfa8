import type { Db } from '@assay/db';
import type { Sent } from '../client.ts';
import type { Change } from '../history.ts';
import type { JournalLine, ModelName } from '../models.ts';
import type { PartEvent } from '../parts.ts';

/** A promise that was broken. */
export interface Violation {
  name: string;
  detail: string;
}

/** What the checks look at, when the work has settled. */
export interface Evidence {
  db: Db;
  storageUrl: string;
  sent: Sent[];
  events: PartEvent[];
  history: Change[];
  journals: Map<ModelName, JournalLine[]>;
}
