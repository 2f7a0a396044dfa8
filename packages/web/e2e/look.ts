import type { Page } from '@playwright/test';

/** With the folder ASSAY_LOOKS: pictures of the page as it is now, narrow and wide, light and dark, to be looked at. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.ASSAY_LOOKS;
  if (!folder) return;
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1440, 400]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` });
    }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
}
