import { caseNameSchema, caseRoleSchema, retentionDaysSchema } from '@assay/shared';
import { z } from 'zod';
import { addMember, changeMember, joinCase, removeMember } from '../services/case-members.ts';
import {
  archiveCase,
  getCase,
  holdCase,
  keepFor,
  listCaseViews,
  listEveryCase,
  makeCase,
  releaseCase,
  renameCase,
  reviewIndependently,
  unarchiveCase,
} from '../services/cases.ts';
import { procedureFor, router } from '../trpc.ts';

const procedure = procedureFor('cases');
const one = z.object({ id: z.uuid() });
const member = one.extend({ userId: z.string().max(200) });

/** Cases that the asker is no member of are not there, except for `all` and `join`. */
export const casesRouter = router({
  /** Those of the asker, the private one first. */
  list: procedureFor('read').query(({ ctx }) => listCaseViews(ctx.app, ctx.user)),
  /** One, with its members. */
  get: procedureFor('read')
    .input(one)
    .query(({ ctx, input }) => getCase(ctx.app, ctx.user, input.id)),
  create: procedure
    .input(z.object({ name: caseNameSchema }))
    .mutation(({ ctx, input }) => makeCase(ctx.app, ctx.user, input.name)),

  rename: procedure
    .input(one.extend({ name: caseNameSchema }))
    .mutation(({ ctx, input }) => renameCase(ctx.app, ctx.user, input)),
  /** It takes no uploads any more. */
  archive: procedure.input(one).mutation(({ ctx, input }) => archiveCase(ctx.app, ctx.user, input.id)),
  unarchive: procedure.input(one).mutation(({ ctx, input }) => unarchiveCase(ctx.app, ctx.user, input.id)),
  /** Legal hold: nothing of it can be deleted. */
  hold: procedure.input(one).mutation(({ ctx, input }) => holdCase(ctx.app, ctx.user, input.id)),
  release: procedure.input(one).mutation(({ ctx, input }) => releaseCase(ctx.app, ctx.user, input.id)),
  /** Days after its upload for which the bytes of an object are kept; null: for ever. */
  setRetention: procedure
    .input(one.extend({ days: retentionDaysSchema.nullable() }))
    .mutation(({ ctx, input }) => keepFor(ctx.app, ctx.user, input)),
  /** Whether nobody sees the verdicts of others on something before two people have given theirs. */
  setIndependentReview: procedure
    .input(one.extend({ on: z.boolean() }))
    .mutation(({ ctx, input }) => reviewIndependently(ctx.app, ctx.user, input)),

  addMember: procedure
    .input(one.extend({ username: z.string().trim().min(1, 'must not be empty').max(200), role: caseRoleSchema }))
    .mutation(({ ctx, input }) => addMember(ctx.app, ctx.user, input)),
  changeMember: procedure
    .input(member.extend({ role: caseRoleSchema }))
    .mutation(({ ctx, input }) => changeMember(ctx.app, ctx.user, input)),
  /** Anybody may remove themselves. */
  removeMember: procedure.input(member).mutation(({ ctx, input }) => removeMember(ctx.app, ctx.user, input)),

  /** Every case there is, private ones too, with who manages it and nothing of what is in it. */
  all: procedureFor('cases:all').query(({ ctx }) => listEveryCase(ctx.app, ctx.user)),
  /** Makes the asker a member, for all members to see. */
  join: procedureFor('cases:all')
    .input(one.extend({ role: caseRoleSchema }))
    .mutation(({ ctx, input }) => joinCase(ctx.app, ctx.user, input)),
});
