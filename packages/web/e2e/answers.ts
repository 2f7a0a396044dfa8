import type { Page } from '@playwright/test';

type Answer = { result: { data: object } };

const pathsOf = (url: URL) => url.pathname.replace('/trpc/', '').split(',');
const asks = (procedure: string) => (url: URL) => url.pathname.startsWith('/trpc/') && pathsOf(url).includes(procedure);

/** From now on the page gets another answer of one procedure, whatever it is asked together with. */
export async function changeAnswer(page: Page, procedure: string, change: (answer: Answer) => object): Promise<void> {
  await page.route(asks(procedure), async (route) => {
    const answer = await route.fetch();
    const paths = pathsOf(new URL(route.request().url()));
    const answers: Answer[] = await answer.json();
    await route.fulfill({ json: answers.map((each, at) => (paths[at] === procedure ? change(each) : each)) });
  });
}

const asError = (message: string) => ({ error: { message, code: -32_000, data: { httpStatus: 400 } } });

/** From now on the procedure answers the page with this error. */
export const failAt = (page: Page, procedure: string, message: string): Promise<void> =>
  changeAnswer(page, procedure, () => asError(message));

/** The same of a procedure that changes something: the server hears nothing of it. */
export async function refuseAt(page: Page, procedure: string, message: string): Promise<void> {
  await page.route(asks(procedure), (route) =>
    route.fulfill({ json: pathsOf(new URL(route.request().url())).map(() => asError(message)) }),
  );
}

/** From now on the page waits for this procedure, until what is returned is called. */
export async function holdAt(page: Page, procedure: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(asks(procedure), async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}
