import postgres from 'postgres';

/**
 * A client of the database at this address, which may name the folder of a Unix socket as libpq's addresses do:
 * `postgres://user:password@localhost:5432/name?host=/folder`.
 */
export function connect(url: string, options: { max: number; connect_timeout?: number }): postgres.Sql {
  const silent = {
    connect_timeout: 10,
    // It would take twenty seconds after a while, in which a database that is back is not used.
    backoff: (failures: number) => Math.min(3 ** failures / 100, 1) * (0.5 + Math.random() / 2),
    ...options,
    onnotice: () => {},
  };
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const folder = address?.searchParams.get('host');
  if (!address || !folder) return postgres(url, silent);
  address.searchParams.delete('host');
  return postgres(address.href, { ...silent, host: folder });
}
