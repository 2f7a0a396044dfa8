import { type Blur, blurSchema, plainBlur } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { useLayoutEffect } from 'react';
import { createKeptStore, useStore } from './store.ts';
import { trpc } from './trpc.ts';

export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];
export const densityStore = createKeptStore<Density>('assay.density', 'comfortable', (kept): kept is Density =>
  densities.some((density) => density === kept),
);

export function chooseDensity(density: Density): void {
  densityStore.set(density);
  document.documentElement.dataset.density = density;
}

/** How much a veil hides: the radius of its blur in pixels on a large picture. */
const blurRadius = { light: 10, medium: 20, strong: 34 } as const satisfies Record<Blur['strength'], number>;

/** Null: nothing was chosen in this browser, and the administrator's choice holds. */
export const blurStore = createKeptStore<Blur | null>(
  'assay.blur',
  null,
  (kept): kept is Blur => blurSchema.safeParse(kept).success,
);

const useChosenDefault = () => useQuery(trpc.settings.blur.queryOptions(undefined, { staleTime: 60_000 })).data;

/** What the administrator chose for whoever has chosen nothing. */
export const useDefaultBlur = (): Blur => useChosenDefault() ?? plainBlur;

export function useBlur(): Blur {
  const [own, common] = [useStore(blurStore), useDefaultBlur()];
  return own ?? common;
}

/** Tells all veils of the page how much they hide. Until it is known what was chosen, they hide the most. */
export function useVeils(): void {
  const [own, common] = [useStore(blurStore), useChosenDefault()];
  const blur = own ?? common;
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    if (!blur) return;
    style.setProperty('--veil-blur', `${blurRadius[blur.strength]}px`);
    style.setProperty('--veil-grey', blur.grey ? '1' : '0');
  }, [blur]);
}

/** Whether a review goes on to the next object by itself when a verdict was given. */
export const goOnStore = createKeptStore<boolean>('assay.review.goOn', true, (kept) => typeof kept === 'boolean');
