import type { Right } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { type Answers, queryClient, trpc } from './trpc.ts';

export type Me = Answers['session']['me'];

/** Who is signed in. It changes only when somebody signs in, or an administrator says so. */
const meQuery = () => trpc.session.me.queryOptions(undefined, { staleTime: 60_000 });

/** Who is signed in; throws when nobody is. */
export const loadMe = (): Promise<Me> => queryClient.ensureQueryData(meQuery());

export const useMe = (): Me | undefined => useQuery(meQuery()).data;

/** Whether the page should offer it. The server decides. */
export const useMay = (right: Right): boolean => useMe()?.rights.includes(right) ?? false;
