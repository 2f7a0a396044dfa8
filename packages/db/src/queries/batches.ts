// A statement takes 65,534 parameters; no table here has more than twelve columns to insert.
const rowsPerStatement = 5_000;

/** The rows in as many parts as it takes for each to go into one statement. */
export function* batchesOf<T>(rows: T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) yield rows.slice(start, start + rowsPerStatement);
}
