import type { Page } from '@playwright/test';

type Answer = { result: { data: object } };

/** From now on the page gets another answer of one procedure, whatever it is asked together with. */
export async function changeAnswer(page: Page, procedure: string, change: (answer: Answer) => object): Promise<void> {
  const pathsOf = (url: URL) => url.pathname.replace('/trpc/', '').split(',');
  await page.route(
    (url) => url.pathname.startsWith('/trpc/') && pathsOf(url).includes(procedure),
    async (route) => {
      const answer = await route.fetch();
      const paths = pathsOf(new URL(route.request().url()));
      const answers: Answer[] = await answer.json();
      await route.fulfill({ json: answers.map((each, at) => (paths[at] === procedure ? change(each) : each)) });
    },
  );
}

/** From now on the procedure answers the page with this error. */
export const failAt = (page: Page, procedure: string, message: string): Promise<void> =>
  changeAnswer(page, procedure, () => ({ error: { message, code: -32_000, data: { httpStatus: 400 } } }));
