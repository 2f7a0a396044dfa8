import type { RunPriority } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { type Db, planned } from '../client.ts';
import type { Pair } from './request-predictions.ts';

/** How far apart the predictions of one run stand in a model's line. */
export const strides: Record<RunPriority, number> = { high: 1, normal: 8, low: 64 };

interface OfRun {
  modelId: number;
  runId: string;
  priority: RunPriority;
}

type PairOfRun = Pair & OfRun;

/**
 * Gives out places in the models' lines so that runs share each model's time, however many files each has: a run's
 * predictions stand a stride apart, from the head of the line on (start-time fair queueing; Goyal, Vin and Cheng,
 * 1996). What was given out is remembered by this process only, so runs that are asked for in several processes at once
 * may have a little more than their share.
 */
export class Line {
  readonly #heads = new LRUCache<number, number>({ max: 1000, ttl: 200 });
  /** Where the next one of a run stands, by model and run. */
  readonly #next = new Map<number, LRUCache<string, number>>();

  /** What the run has had of the model's time counts no longer. */
  forget(modelId: number, runId: string): void {
    this.#next.get(modelId)?.delete(runId);
  }

  /** Each pair with its place, a run's one after the other. */
  async place<P extends PairOfRun>(tx: Db, pairs: P[]): Promise<(P & { place: number })[]> {
    const groups = [...Map.groupBy(pairs, ({ modelId, runId }) => `${modelId} ${runId}`).values()];
    const asked = groups.flatMap((group) => group.slice(0, 1).map((pair) => ({ ...pair, count: group.length })));
    const places = await this.take(tx, asked);
    return groups.flatMap((group, at) =>
      group.map((pair, i) => ({ ...pair, place: (places[at] ?? 0) + i * strides[pair.priority] })),
    );
  }

  /** The first place of each that was asked for; the others follow, a stride apart. */
  async take(tx: Db, asked: (OfRun & { count: number })[]): Promise<number[]> {
    for (const modelId of new Set(asked.map((ask) => ask.modelId))) {
      if (this.#heads.has(modelId)) continue;
      const head = await findHead(tx, modelId);
      this.#heads.set(modelId, head ?? 0);
      // Where nobody waits, nobody has had more than another.
      if (head === undefined) this.#next.delete(modelId);
    }
    return asked.map(({ modelId, runId, priority, count }) => {
      const next = this.#next.get(modelId) ?? new LRUCache<string, number>({ max: 10_000, ttl: 60_000 });
      this.#next.set(modelId, next);
      const first = Math.max(this.#heads.get(modelId) ?? 0, next.get(runId) ?? 0);
      next.set(runId, first + count * strides[priority]);
      return first;
    });
  }
}

async function findHead(tx: Db, modelId: number): Promise<number | undefined> {
  const rows = await tx.execute<{ place: number }>(
    planned(sql`select place from predictions where model_id = ${modelId} and state = 'queued' order by place limit 1`),
  );
  return rows[0]?.place;
}
