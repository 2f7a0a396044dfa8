import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareEnvironment } from '@assay/python';
import { checkout } from '../checkout.ts';

/**
 * The path of the Python of an environment with the kit and what the folder requires, made for the first time or found.
 * Throws PythonFault.
 */
export function prepareFolder(folder: string, stop?: AbortSignal): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  return prepareEnvironment({
    linked: join(checkout.models, 'kit-python'),
    onMaking: () => console.error('Making a virtual environment, for the first time; this may take minutes…'),
    ...(stop ? { signal: stop } : {}),
    ...(existsSync(requirements) ? { requirements } : {}),
  });
}
