import { type Blur, plainBlur } from '@assay/shared';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect } from 'react';
import { createKeptStore } from './store.ts';
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

/** What holds for who is signed in; undefined until it is known. */
const useBlurs = () => useQuery(trpc.settings.blur.queryOptions(undefined, { staleTime: 60_000 })).data;

/** What an administrator chose for whoever has chosen nothing. */
export const useCommonBlur = (): Blur => useBlurs()?.common ?? plainBlur;

export function useBlur(): Blur {
  const blurs = useBlurs();
  return blurs?.own ?? blurs?.common ?? plainBlur;
}

/** For who is signed in, wherever they sign in; null: as for everybody. Seen at once, and kept when the server has it. */
export function useChooseBlur() {
  const queryClient = useQueryClient();
  const queryKey = trpc.settings.blur.queryKey();
  const mutationKey = trpc.settings.chooseBlur.mutationKey();
  return useMutation(
    trpc.settings.chooseBlur.mutationOptions({
      // The last choice counts, whichever answer comes last.
      scope: { id: 'blur' },
      onMutate: async (own) => {
        await queryClient.cancelQueries({ queryKey });
        queryClient.setQueryData(queryKey, (now) => now && { ...now, own });
      },
      // While another choice waits, the server knows an older one than is shown.
      onSettled: () => queryClient.isMutating({ mutationKey }) === 1 && queryClient.invalidateQueries({ queryKey }),
    }),
  );
}

/** Tells all veils of the page how much they hide. Until it is known what was chosen, they hide the most. */
export function useVeils(): void {
  const blurs = useBlurs();
  useLayoutEffect(() => {
    if (!blurs) return;
    const { strength, grey } = blurs.own ?? blurs.common;
    const { style } = document.documentElement;
    style.setProperty('--veil-blur', `${blurRadius[strength]}px`);
    style.setProperty('--veil-grey', grey ? '1' : '0');
    // The next to sign in here may have chosen more.
    return () => {
      style.removeProperty('--veil-blur');
      style.removeProperty('--veil-grey');
    };
  }, [blurs]);
}

/** Whether a review goes on to the next object by itself when a verdict was given. */
export const goOnStore = createKeptStore<boolean>('assay.review.goOn', true, (kept) => typeof kept === 'boolean');
