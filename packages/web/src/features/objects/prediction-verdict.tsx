import { predictionVerdicts, type PredictionVerdict as Verdict } from '@assay/shared';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatCount, formatPercent } from '../../lib/format.ts';
import { describeInterval } from '../../lib/precision.ts';
import { trpc } from '../../lib/trpc.ts';
import { Moment } from '../../ui/moment.tsx';
import { iconOfVerdict, VerdictChip, wordOfVerdict } from '../../ui/verdicts.tsx';
import css from './judging.module.css';
import { type JudgedCase, useJudgedCase, useSay } from './use-judging.ts';

interface PredictionVerdictProps {
  hash: string;
  prediction: { id: string; model: string; version: string };
}

/** What a person says of what a model says. */
export function PredictionVerdict({ hash, prediction }: PredictionVerdictProps) {
  const { chosen } = useJudgedCase(hash);
  return chosen && <Within hash={hash} prediction={prediction} within={chosen} />;
}

function Within({ hash, prediction: { id, model, version }, within }: PredictionVerdictProps & { within: JudgedCase }) {
  const say = useSay(hash, within.id);
  const said = within.predictions.filter(({ prediction }) => prediction === id);
  const given = said.find(({ isOwn }) => isOwn || !within.isIndependent);
  const others = said.filter((each) => each !== given);
  if (!within.mayJudge) return <Others said={said} />;
  const give = (verdict: Verdict) => say.judgePrediction(id, given?.verdict === verdict ? null : verdict);
  return (
    <>
      <Agreement caseId={within.id} model={model} version={version} />
      <fieldset className={css.verdicts}>
        <legend className="visually-hidden">Is {model} right?</legend>
        {predictionVerdicts.map((verdict) => {
          const VerdictSign = iconOfVerdict(verdict);
          const isGiven = given?.verdict === verdict;
          return (
            <Button
              key={verdict}
              size="compact-xs"
              aria-pressed={isGiven}
              aria-label={`${wordOfVerdict(verdict)}: ${model}`}
              variant={isGiven ? 'filled' : 'default'}
              disabled={say.isPending}
              onClick={() => give(verdict)}
              leftSection={<VerdictSign size={12} aria-hidden />}
            >
              {wordOfVerdict(verdict)}
            </Button>
          );
        })}
        {given && (
          <span className="dim small">
            by {given.isOwn ? 'you' : given.by}, <Moment at={given.at} />
          </span>
        )}
      </fieldset>
      <Others said={others} />
      <p role="alert" className={`fault ${css.line}`}>
        {say.fault}
      </p>
    </>
  );
}

function Others({ said }: { said: JudgedCase['predictions'] }) {
  return said.map(({ id, verdict, by, at }) => (
    <p key={id} className={`small ${css.given}`}>
      <VerdictChip verdict={verdict} />
      <span className="dim">
        by {by}, <Moment at={at} />
      </span>
    </p>
  ));
}

/** How often people of the case agreed with the model. */
function Agreement({ caseId, model, version }: { caseId: string; model: string; version: string }) {
  const rows = useQuery(trpc.judging.precision.queryOptions({ case: caseId }, { staleTime: 30_000 })).data;
  const own = rows?.find((row) => row.model === model && row.version === version && row.class === null);
  if (!own?.precision) return null;
  const { right, wrong, precision } = own;
  return (
    <p className={`dim small ${css.line}`} title={describeInterval(precision)}>
      People agreed with {formatPercent(precision.share)} of {formatCount(right + wrong)} in this case.
    </p>
  );
}
