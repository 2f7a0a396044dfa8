import { Button, NativeSelect, Skeleton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { nameCase } from '../../lib/case-words.ts';
import { useMe } from '../../lib/me.ts';
import { goOnStore } from '../../lib/preferences.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { UndoIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { iconOfVerdict, VerdictChip, wordOfVerdict } from '../../ui/verdicts.tsx';
import css from './judging.module.css';
import { Notes } from './notes.tsx';
import { SaidBefore } from './said-before.tsx';
import { Tags } from './tags.tsx';
import { type JudgedCase, useJudgedCase, useSay, useUndo } from './use-judging.ts';
import type { ReviewState } from './use-review.ts';

interface JudgementProps {
  hash: string;
  review: ReviewState | undefined;
}

/** What people say of the object in one case, and ways to say it. */
export function Judgement({ hash, review }: JudgementProps) {
  const { said, cases, chosen } = useJudgedCase(hash);
  if (chosen)
    return (
      <section className="section" aria-label="What people say">
        {cases.length > 1 && <ChosenCase cases={cases} chosen={chosen} />}
        <Verdicts hash={hash} within={chosen} review={review} />
        <Tags hash={hash} within={chosen} />
        <Notes hash={hash} within={chosen} />
        <SaidBefore within={chosen} hash={hash} />
      </section>
    );
  return (
    <div className="section">
      {said.isError ? (
        <p role="alert" className="fault">
          What people say of it could not be loaded: {said.error.message}
        </p>
      ) : (
        <Skeleton height={90} />
      )}
    </div>
  );
}

function ChosenCase({ cases, chosen }: { cases: JudgedCase[]; chosen: JudgedCase }) {
  const me = useMe();
  const navigate = useNavigate({ from: '/objects/$hash' });
  return (
    <NativeSelect
      size="xs"
      label="In the case"
      className={css.case}
      value={chosen.id}
      data={cases.map((each) => ({ value: each.id, label: nameCase(each, me?.username) }))}
      onChange={({ currentTarget }) =>
        void navigate({ search: (before) => ({ ...before, case: currentTarget.value }), replace: true })
      }
    />
  );
}

function Verdicts({ hash, within, review }: JudgementProps & { within: JudgedCase }) {
  const { verdict: given, verdicts, others, mayJudge, role, isArchived } = within;
  const say = useSay(hash, within.id);
  const undo = useUndo(hash);
  const give = async (verdict: string) => {
    const isTakenBack = given?.verdict === verdict;
    await say.giveVerdict(isTakenBack ? null : verdict);
    if (review && goOnStore.get() && !isTakenBack) await review.goOn();
  };
  const press = (verdict: string) => void give(verdict).catch(() => {}); // said below
  useShortcuts(
    mayJudge
      ? [
          ...verdicts.slice(0, 9).map((verdict, index) => ({
            keys: String(index + 1),
            does: `Verdict: ${verdict}; again, take it back`,
            run: () => press(verdict),
          })),
          { keys: 'z', does: 'Undo what you said last', run: undo.undo },
        ]
      : [],
  );
  const isOwnWord = given !== null && !verdicts.includes(given.verdict);
  return (
    <>
      {mayJudge && (
        <fieldset className={css.verdicts}>
          <legend className="visually-hidden">Verdict on the object</legend>
          {verdicts.map((verdict, index) => {
            const VerdictSign = iconOfVerdict(verdict);
            const isGiven = given?.verdict === verdict;
            return (
              <Button
                key={verdict}
                px={8}
                aria-pressed={isGiven}
                variant={isGiven ? 'filled' : 'default'}
                disabled={say.isPending}
                onClick={() => press(verdict)}
                leftSection={<VerdictSign size={14} aria-hidden />}
                rightSection={index < 9 && <kbd>{index + 1}</kbd>}
              >
                {wordOfVerdict(verdict)}
              </Button>
            );
          })}
        </fieldset>
      )}
      <p className={`small ${css.given}`}>
        {given ? (
          <>
            {(!mayJudge || isOwnWord) && <VerdictChip verdict={given.verdict} />}
            <span className="dim">
              {mayJudge ? 'said' : ''} by {given.isOwn ? 'you' : given.by}, <Moment at={given.at} />
            </span>
          </>
        ) : (
          others.length === 0 &&
          !within.hasHidden && (
            <span className="dim">No verdict yet{mayJudge ? '' : `: ${whyNot(role, isArchived)}`}.</span>
          )
        )}
        {mayJudge && undo.last && (
          <Button
            size="compact-xs"
            loading={undo.isPending}
            onClick={undo.undo}
            leftSection={<UndoIcon size={13} aria-hidden />}
            rightSection={<kbd>z</kbd>}
          >
            Undo {undo.last.what}
          </Button>
        )}
      </p>
      {within.isIndependent && <OfOthers within={within} />}
      <p role="alert" className={`fault ${css.line}`}>
        {say.fault ?? undo.fault}
      </p>
    </>
  );
}

/** With independent review: what others say, or that it is not for these eyes yet. */
function OfOthers({ within: { verdict, others, hasHidden, mayJudge } }: { within: JudgedCase }) {
  const said = [...(verdict ? [verdict] : []), ...others];
  const differ = new Set(said.map((each) => each.verdict.toLowerCase())).size > 1;
  if (hasHidden)
    return (
      <p className="dim small">
        Somebody has given a verdict. It is shown when {mayJudge ? 'you have given yours' : 'a second person has'}.
      </p>
    );
  return (
    <>
      {others.map((each) => (
        <p key={each.id} className={`small ${css.given}`}>
          <VerdictChip verdict={each.verdict} />
          <span className="dim">
            by {each.by}, <Moment at={each.at} />
          </span>
        </p>
      ))}
      {differ && <p className={`small ${css.differ}`}>People differ on this object.</p>}
      {verdict && others.length === 0 && (
        <p className="dim small">Reviewed independently: others see it when they have given theirs.</p>
      )}
    </>
  );
}

const whyNot = (role: JudgedCase['role'], isArchived: boolean): string =>
  isArchived ? 'the case is in the archive' : `as a ${role} of the case you give none`;
