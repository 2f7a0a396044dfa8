import {
  findNote,
  findObject,
  insertNote,
  listJudgedCases,
  listNotes,
  listSaid,
  type NoteRow,
  recordActs,
  removeNote as removeNoteRow,
  type SaidRow,
} from '@assay/db';
import { AppError, mayInCase, objectVerdicts } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { findObjectIn } from './judge.ts';
import { takeCaseToJudge } from './judged-case.ts';

const viewSaid = ({ id, value, by, isOwn, at }: SaidRow) => ({
  /** For who wants to undo it. */
  id,
  verdict: value ?? '',
  by,
  isOwn,
  at: new Date(at).toISOString(),
});

const viewNote = ({ caseId: _, at, ...note }: NoteRow) => ({ ...note, at: new Date(at).toISOString() });

/** What people say of the object in each of the asker's cases that it is in. Throws `object_not_found`. */
export async function getJudging(app: App, user: SignedIn, hash: string) {
  const object = await findObject(app.db, user, hash);
  if (!object) throw new AppError('object_not_found', 'No object with this hash is known');
  await app.views.record(user, 'view', [object.sha256]);
  const [cases, said, notes] = await Promise.all([
    listJudgedCases(app.db, user, object.id),
    listSaid(app.db, user, object.id),
    listNotes(app.db, user, object.id),
  ]);
  return cases.map(({ ownVerdicts, isArchived, ...each }) => {
    const within = said.filter(({ caseId }) => caseId === each.id);
    const all = within.filter(({ counts, value }) => counts && value !== null);
    const own = within.filter(({ isHidden }) => !isHidden);
    const standing = all.filter(({ isHidden }) => !isHidden);
    const onObject = ({ predictionId, tagId }: SaidRow) => predictionId === null && tagId === null;
    const verdicts = standing.filter(onObject);
    // With independent review people say what they say beside each other.
    const verdict = each.isIndependent ? verdicts.find(({ isOwn }) => isOwn) : verdicts[0];
    return {
      ...each,
      isArchived,
      mayJudge: mayInCase(each.role, 'contribute') && !isArchived,
      /** Those that can be given, in the order of their keys. */
      verdicts: [...objectVerdicts, ...ownVerdicts],
      verdict: verdict ? viewSaid(verdict) : null,
      /** What others say of it beside that, with independent review. */
      others: verdicts.filter((row) => row !== verdict).map(viewSaid),
      /** Somebody has given a verdict that may not be shown yet. */
      hasHidden: all.some((row) => row.isHidden && onObject(row)),
      /** With independent review there may be several of one. */
      predictions: standing.flatMap((row) =>
        row.predictionId === null ? [] : [{ prediction: row.predictionId, ...viewSaid(row) }],
      ),
      tags: standing
        .flatMap((row) => (row.tagId === null ? [] : [{ tag: row.tagId, name: row.tag ?? '', ...viewSaid(row) }]))
        .sort((a, b) => a.name.localeCompare(b.name)),
      notes: notes.filter(({ caseId }) => caseId === each.id).map(viewNote),
      /** All that was said, the newest first; with null it was taken back. */
      history: own.map(({ id, predictionId, tag, value, by, at }) => ({
        ...{ id, prediction: predictionId, tag, value, by },
        at: new Date(at).toISOString(),
      })),
    };
  });
}

/** Throws as `takeCaseToJudge`, and `object_not_found`. */
export const addNote = (
  app: App,
  user: SignedIn,
  { text, ...of }: { case: string; hash: string; text: string },
): Promise<{ id: string }> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, of.case, 'contribute');
    const object = await findObjectIn(tx, user, of);
    const id = await insertNote(tx, { caseId: of.case, objectId: object.id, text, madeBy: user.id });
    const subject = { kind: 'object', id: object.sha256 } as const;
    await recordActs(tx, [{ by: user, act: 'add_note', subject, details: { case: of.case, note: id } }]);
    return { id };
  });

/** Whoever wrote it may, and the case's managers. Throws `note_not_found`, and as `takeCaseToJudge`. */
export const removeNote = (app: App, user: SignedIn, id: string): Promise<void> =>
  app.db.transaction(async (tx) => {
    const note = await findNote(tx, user, id);
    if (!note) throw new AppError('note_not_found', 'There is no such note in your cases');
    await takeCaseToJudge(tx, user, note.caseId, note.madeBy === user.id ? 'contribute' : 'manage');
    await removeNoteRow(tx, id, user.id);
    const subject = { kind: 'object', id: note.sha256 } as const;
    await recordActs(tx, [{ by: user, act: 'remove_note', subject, details: { case: note.caseId, note: id } }]);
  });
