import {
  anyHashSchema,
  noteTextSchema,
  predictionVerdictSchema,
  tagColourSchema,
  tagNameSchema,
  verdictSchema,
} from '@assay/shared';
import { z } from 'zod';
import { addVerdict, changeTag, getCaseWords, removeTag, removeVerdict } from '../services/case-words.ts';
import { giveVerdict, judgePrediction, tagObject, undoJudgement, untagObject } from '../services/judge.ts';
import { countMany, judgeMany, listMany, manySchema, saysSchema, undoMany } from '../services/judge-many.ts';
import { addNote, getJudging, removeNote } from '../services/judging.ts';
import { getPrecision } from '../services/precision.ts';
import { getReview } from '../services/review.ts';
import { searchSchema } from '../services/search-objects.ts';
import { procedureFor, router } from '../trpc.ts';

const judge = procedureFor('judge');
const manage = procedureFor('cases');
const within = z.object({ case: z.uuid() });
const ofObject = within.extend({ hash: anyHashSchema });
const idSchema = z.string().regex(/^\d{1,18}$/, 'is no id of something that was said');

/** What people say of objects and predictions, in a case. Each change answers with an id by which it is undone. */
export const judgingRouter = router({
  /** What is said of an object, in each of the asker's cases that it is in. */
  of: procedureFor('read')
    .input(z.object({ hash: anyHashSchema }))
    .query(({ ctx, input }) => getJudging(ctx.app, ctx.user, input.hash)),
  /** Of a search within a case: how much of it has a verdict there, and what is next that has none. */
  review: procedureFor('read')
    .input(
      searchSchema.extend({
        case: z.uuid(),
        sort: z.string().max(300).default('-uploaded'),
        /** The object behind which to look; none: from the beginning. */
        after: anyHashSchema.optional(),
      }),
    )
    .query(({ ctx, input }) => getReview(ctx.app, ctx.user, input)),
  /** The verdicts and tags of a case. */
  words: procedureFor('read')
    .input(within)
    .query(({ ctx, input }) => getCaseWords(ctx.app, ctx.user, input.case)),

  /** How often people of the case found each model right, and each class of it. */
  precision: procedureFor('read')
    .input(within)
    .query(({ ctx, input }) => getPrecision(ctx.app, ctx.user, input.case)),

  /** On an object; null takes it back. */
  giveVerdict: judge
    .input(ofObject.extend({ verdict: verdictSchema.nullable() }))
    .mutation(({ ctx, input }) => giveVerdict(ctx.app, ctx.user, input)),
  /** Whether a model is right; null takes it back. */
  judgePrediction: judge
    .input(within.extend({ prediction: z.uuid(), verdict: predictionVerdictSchema.nullable() }))
    .mutation(({ ctx, input }) => judgePrediction(ctx.app, ctx.user, input)),
  /** With a tag of that name, which is made when the case has none. */
  tag: judge
    .input(ofObject.extend({ name: tagNameSchema }))
    .mutation(({ ctx, input }) => tagObject(ctx.app, ctx.user, input)),
  untag: judge
    .input(ofObject.extend({ tag: z.uuid() }))
    .mutation(({ ctx, input }) => untagObject(ctx.app, ctx.user, input)),
  /** What the asker said last of something is as before. */
  undo: judge
    .input(z.object({ id: idSchema }))
    .mutation(({ ctx, input }) => undoJudgement(ctx.app, ctx.user, input.id)),
  addNote: judge
    .input(ofObject.extend({ text: noteTextSchema }))
    .mutation(({ ctx, input }) => addNote(ctx.app, ctx.user, input)),
  removeNote: judge
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => removeNote(ctx.app, ctx.user, input.id)),

  /** How many objects `judgeMany` would say something of. */
  countMany: procedureFor('read')
    .input(manySchema)
    .query(({ ctx, input }) => countMany(ctx.app, ctx.user, input)),
  /** Of all that a search finds in the case, or of objects one by one, in the background. */
  judgeMany: judge
    .input(manySchema.extend({ says: saysSchema }))
    .mutation(({ ctx, input }) => judgeMany(ctx.app, ctx.user, input)),
  /** What was said of them is as before, but for what somebody said since. */
  undoMany: judge
    .input(z.object({ id: z.int().positive() }))
    .mutation(({ ctx, input }) => undoMany(ctx.app, ctx.user, input.id)),
  /** How far the asker's own are. */
  many: procedureFor('read').query(({ ctx }) => listMany(ctx.app, ctx.user)),

  changeTag: manage
    .input(within.extend({ id: z.uuid(), name: tagNameSchema.optional(), colour: tagColourSchema.optional() }))
    .mutation(({ ctx, input }) => changeTag(ctx.app, ctx.user, input)),
  removeTag: manage
    .input(within.extend({ id: z.uuid() }))
    .mutation(({ ctx, input }) => removeTag(ctx.app, ctx.user, input)),
  addVerdict: manage
    .input(within.extend({ name: verdictSchema }))
    .mutation(({ ctx, input }) => addVerdict(ctx.app, ctx.user, input)),
  removeVerdict: manage
    .input(within.extend({ name: verdictSchema }))
    .mutation(({ ctx, input }) => removeVerdict(ctx.app, ctx.user, input)),
});
