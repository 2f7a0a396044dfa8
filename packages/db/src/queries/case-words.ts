import { type TagColour, tagColours } from '@assay/shared';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { caseVerdicts, tags } from '../schema/judgement.ts';

/*
 * The words that people of a case judge with: its tags, and the verdicts that it has of its own.
 */

const isNamed = (name: string, column: unknown) => sql`lower(${column}) = lower(${name}::text)`;

export type TagRow = { id: string; name: string; colour: TagColour; objects: number };

/** The tags of a case with on how many objects each is, by name. */
export async function listTags(db: Db, caseId: string): Promise<TagRow[]> {
  const rows = await db.execute<TagRow>(sql`
    select g.id, g.name, g.colour, (
      select count(*)::int from judgements j where j.tag_id = g.id and j.value is not null
        and not exists (select from judgements n where n.tag_id = j.tag_id and n.object_id = j.object_id and n.id > j.id)
    ) as objects
    from tags g where g.case_id = ${caseId} and g.removed_at is null order by lower(g.name)`);
  return [...rows];
}

export async function findTag(db: Db, caseId: string, id: string) {
  const [row] = await db
    .select()
    .from(tags)
    .where(and(eq(tags.id, id), eq(tags.caseId, caseId), isNull(tags.removedAt)));
  return row;
}

/** The tag of that name, whichever case its letters have; made, in the colour that the case has least, when there is none. */
export async function findOrMakeTag(
  tx: Db,
  { caseId, name, by }: { caseId: string; name: string; by: string },
): Promise<{ id: string; name: string; isNew: boolean }> {
  const find = async () => {
    const [row] = await tx
      .select({ id: tags.id, name: tags.name })
      .from(tags)
      .where(and(eq(tags.caseId, caseId), isNull(tags.removedAt), isNamed(name, tags.name)));
    return row && { ...row, isNew: false };
  };
  const known = await find();
  if (known) return known;
  const used = await tx
    .select({ colour: tags.colour, n: sql<number>`count(*)::int` })
    .from(tags)
    .where(and(eq(tags.caseId, caseId), isNull(tags.removedAt)))
    .groupBy(tags.colour);
  const times = new Map(used.map(({ colour, n }) => [colour, n]));
  const colour = [...tagColours].sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0))[0] ?? tagColours[0];
  const [made] = await tx
    .insert(tags)
    .values({ caseId, name, colour, madeBy: by })
    .onConflictDoNothing()
    .returning({ id: tags.id, name: tags.name });
  // Somebody made it at the same moment.
  const tag = made ? { ...made, isNew: true } : await find();
  if (!tag) throw new Error('The tag was neither there nor made');
  return tag;
}

/** False: the case has another tag of that name. */
export async function updateTag(
  tx: Db,
  id: string,
  change: { name?: string | undefined; colour?: TagColour | undefined; removedAt?: Date },
): Promise<boolean> {
  const changed = await tx
    .update(tags)
    .set(change)
    .where(
      and(
        eq(tags.id, id),
        change.name === undefined
          ? undefined
          : sql`not exists (select from tags other where other.case_id = ${tags.caseId} and other.id <> ${id}::uuid
              and other.removed_at is null and ${isNamed(change.name, sql`other.name`)})`,
      ),
    )
    .returning({ id: tags.id });
  return changed.length === 1;
}

/** The case’s own verdicts, as they were added. */
export async function listOwnVerdicts(db: Db, caseId: string): Promise<string[]> {
  const rows = await db
    .select({ name: caseVerdicts.name })
    .from(caseVerdicts)
    .where(and(eq(caseVerdicts.caseId, caseId), isNull(caseVerdicts.removedAt)))
    .orderBy(caseVerdicts.addedAt);
  return rows.map(({ name }) => name);
}

/** One of that name that was removed is there again. */
export async function addOwnVerdict(tx: Db, verdict: { caseId: string; name: string; addedBy: string }): Promise<void> {
  await tx
    .insert(caseVerdicts)
    .values(verdict)
    .onConflictDoUpdate({
      target: [caseVerdicts.caseId, caseVerdicts.name],
      set: { removedAt: null, addedBy: verdict.addedBy, addedAt: new Date() },
    });
}

/** False: the case has no such verdict. */
export async function removeOwnVerdict(tx: Db, caseId: string, name: string): Promise<boolean> {
  const removed = await tx
    .update(caseVerdicts)
    .set({ removedAt: new Date() })
    .where(and(eq(caseVerdicts.caseId, caseId), eq(caseVerdicts.name, name), isNull(caseVerdicts.removedAt)))
    .returning({ name: caseVerdicts.name });
  return removed.length === 1;
}
