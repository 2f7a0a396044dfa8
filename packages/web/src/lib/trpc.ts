import type { AppRouter } from '@assay/api';
import { QueryClient } from '@tanstack/react-query';
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
} from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { reachServer, SignedOutError, UnreachableError } from './connection.ts';

export type Answers = inferRouterOutputs<AppRouter>;

const causeOf = (error: unknown) => (error instanceof TRPCClientError ? error.cause : error);
export const isSignedOut = (error: unknown): boolean => causeOf(error) instanceof SignedOutError;
const isUnreachable = (error: unknown): boolean => causeOf(error) instanceof UnreachableError;

const isFinalRefusal = (error: unknown): boolean => {
  const { httpStatus, appCode } = (error instanceof TRPCClientError && error.data) || {};
  // What was stopped for the time it took would be stopped again.
  return isSignedOut(error) || (typeof httpStatus === 'number' && httpStatus < 500) || appCode === 'search_too_slow';
};

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A room without internet is where Assay lives: `navigator.onLine` says nothing about our server.
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && !isFinalRefusal(error) && !isUnreachable(error),
      staleTime: 2_000,
    },
  },
});

const line = { url: '/trpc', fetch: (url: unknown, init?: object) => reachServer(url as string, init as RequestInit) };

export const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({ url: '/trpc' }),
      false: splitLink({
        // Thousands of hashes are too many for an address; and no count waits in a batch for one that takes longer.
        condition: ({ type, input, path }) =>
          type === 'query' && (path === 'objects.count' || JSON.stringify(input ?? null).length > 4000),
        true: httpLink({ ...line, methodOverride: 'POST' }),
        false: httpBatchLink({ ...line, maxURLLength: 8000 }),
      }),
    }),
  ],
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
