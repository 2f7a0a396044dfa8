/** Where to go after signing in: a path of ours, never another site that somebody put into the link. */
export function readDestination(redirect: string | undefined): string {
  const here = 'http://assay.invalid';
  if (redirect === undefined || !URL.canParse(redirect, here)) return '/';
  const target = new URL(redirect, here);
  if (target.origin !== here || target.pathname === '/sign-in') return '/';
  return target.pathname + target.search + target.hash;
}
