import { type Asker, answerTogether, type Db, listUploadCases, type UploadCase } from '@assay/db';

interface Question {
  sender: Asker;
  /** A case's id or name. */
  named: string | undefined;
}

/** The cases that senders may upload into and mean, as `listUploadCases` has it: asked once for all that ask the same at once. */
export function uploadCaseFinder(db: Db): (sender: Asker, named: string | undefined) => Promise<UploadCase[]> {
  const find = answerTogether(async (questions: readonly Question[]) => {
    const answers = new Map<string, Promise<UploadCase[]>>();
    const asked = questions.map(({ sender, named }) => {
      const key = JSON.stringify([sender.id, sender.cases, named]);
      const answer = answers.get(key) ?? listUploadCases(db, sender, named);
      answers.set(key, answer);
      return answer;
    });
    const settled = await Promise.allSettled(asked);
    return settled.map((answer) => (answer.status === 'fulfilled' ? answer.value : toError(answer.reason)));
  }, together);
  return (sender, named) => find({ sender, named });
}

/** Two at once: of requests that come together, the first is alone by a moment, and the others would wait for its answer. */
const together = { most: 1000, atOnce: 2 };
const toError = (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason)));
