import { createKeptStore } from './store.ts';

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
export const blurRadius = { light: 10, medium: 20, strong: 34 } as const;
export type BlurStrength = keyof typeof blurRadius;
export interface Blur {
  strength: BlurStrength;
  grey: boolean;
}
export const blurStore = createKeptStore<Blur>(
  'assay.blur',
  { strength: 'medium', grey: true },
  (kept): kept is Blur => {
    const blur = kept as Partial<Blur> | null;
    return typeof blur?.grey === 'boolean' && typeof blur.strength === 'string' && blur.strength in blurRadius;
  },
);

/** Whether a review goes on to the next object by itself when a verdict was given. */
export const goOnStore = createKeptStore<boolean>('assay.review.goOn', true, (kept) => typeof kept === 'boolean');
