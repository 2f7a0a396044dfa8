import DataLoader from 'dataloader';

/**
 * Makes one question of many: those that come while one is being answered are answered by the next, together. Alone, a
 * question waits for nothing; and no answer is older than its question. `answer` gives as many answers as it was
 * asked, in that order, an Error for one that fails; when it rejects, all of them do. `gather` waits for more to come.
 */
export function answerTogether<Q, A>(
  answer: (questions: readonly Q[]) => Promise<(A | Error)[]>,
  { most, gather = untilNextTurn }: { most: number; gather?: () => Promise<unknown> },
): (question: Q) => Promise<A> {
  let running: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<Q, A>(
    (questions) => {
      const answers = answer(questions);
      running = answers.catch(() => {}); // each of those who asked hears of it
      return answers;
    },
    { cache: false, maxBatchSize: most, batchScheduleFn: (ask) => void running.then(gather).then(ask) },
  );
  return (question) => loader.load(question);
}

const untilNextTurn = () => new Promise((resolve) => setImmediate(resolve));
