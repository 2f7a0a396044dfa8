import DataLoader from 'dataloader';
import pLimit from 'p-limit';

/**
 * Makes one question of many: those that come while others are being answered (`atOnce` of them; one, unless said) are
 * answered next, together. Alone, a question waits for nothing; and no answer is older than its question. `answer`
 * gives as many answers as it was asked, in that order, an Error for one that fails; when it rejects, all of them do.
 * `gather` waits for more to come.
 */
export function answerTogether<Q, A>(
  answer: (questions: readonly Q[]) => Promise<(A | Error)[]>,
  { most, atOnce = 1, gather = untilNextTurn }: { most: number; atOnce?: number; gather?: () => Promise<unknown> },
): (question: Q) => Promise<A> {
  const turns = pLimit(atOnce);
  let answering: Promise<unknown> | undefined;
  const takeTurn = async (ask: () => void) => {
    await gather();
    ask();
    await answering;
  };
  const loader = new DataLoader<Q, A>(
    (questions) => {
      const answers = answer(questions);
      answering = answers.catch(() => {}); // each of those who asked hears of it
      return answers;
    },
    { cache: false, maxBatchSize: most, batchScheduleFn: (ask) => void turns(takeTurn, ask) },
  );
  return (question) => loader.load(question);
}

const untilNextTurn = () => new Promise((resolve) => setImmediate(resolve));
