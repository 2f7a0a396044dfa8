import { serveNewModel } from '@assay/cli/testing';
import { expect, fileInput, samplePath, test } from './fixtures.ts';

// docs/models.md, "From nothing to the first prediction", for somebody who has Assay running.
for (const language of ['node', 'python'] as const) {
  test(`a new model in ${language} is served, added by its address, and makes its first prediction`, async ({
    page,
  }) => {
    // It is made and served; a virtual environment takes its time.
    test.setTimeout(300_000);
    const name = `${language}_breeds`;
    const model = await serveNewModel({ name, accepts: ['image'], language });
    if ('lacking' in model) return test.skip(true, `lacking ${model.lacking}`);
    try {
      // Nobody listens there at first.
      const listens = () =>
        fetch(`${model.url}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      await expect.poll(listens, { timeout: 60_000 }).toBe(true);
      await page.goto('/models');
      await page.getByLabel('Add a model by its address').fill(model.url);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await expect(page.getByText(`${name} 0.1.0 is `)).toBeVisible({ timeout: 20_000 });

      await page.getByRole('link', { name: 'Upload', exact: true }).click();
      await fileInput(page).setInputFiles(samplePath('astronaut.jpg'));
      // Wherever its words are touched, it is chosen.
      await page.getByText(name.replace('_', ' '), { exact: true }).click();
      await expect(page.getByRole('checkbox', { name, exact: true })).toBeChecked();
      await page.getByRole('button', { name: 'Send 1 file' }).click();
      await page.getByRole('link', { name: 'Open the run' }).click();
      const files = page.getByRole('region', { name: 'Files of this run' });
      await expect(files.getByRole('listitem').filter({ hasText: 'astronaut.jpg' })).toContainText(
        `${name}megapixels .26`,
        {
          timeout: 45_000,
        },
      );

      await page.getByRole('link', { name: 'Models', exact: true }).click();
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('button', { name: `Remove ${model.url}` }).click();
      await page.getByRole('button', { name: 'Remove it' }).click();
      const row = page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
      await expect(row).toContainText('no address; first seen');
      await page.getByRole('link', { name: 'Runs', exact: true }).click();
      await page.getByRole('main').getByRole('link').first().click();
      await expect(files).toContainText(`${name}megapixels .26`);
    } finally {
      await model.stop();
    }
  });
}
