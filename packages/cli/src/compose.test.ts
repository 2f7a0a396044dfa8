import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { findBundledModels } from './bundled-models.ts';
import { checkout } from './checkout.ts';

// What compose.yaml says; whether it works is for `npm run containers:check`, which needs an engine.
const { services, networks } = parse(readFileSync(join(checkout.root, 'compose.yaml'), 'utf8'), { merge: true });
const models = findBundledModels(checkout.models).map(({ name }) => name);
const modelUrls = services.worker.environment.ASSAY_MODEL_URLS.split(',').map((url: string) => url.trim());

test.for(models)('%s is a service that the worker asks, and no other network has', (name) => {
  expect(services[name], `compose.yaml has no service ${name}`).toBeDefined();
  expect(services[name].networks).toEqual(['models']);
  expect(modelUrls).toContain(`http://${name}:8000`);
});

test('every service is locked', () => {
  for (const [name, service] of Object.entries(services))
    expect(service, name).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.any(String),
      pids_limit: expect.any(Number),
      restart: 'unless-stopped',
    });
});

test('only the API is reached from outside, and only API and worker reach the database', () => {
  const where = (network: string) =>
    Object.keys(services).filter((name) => services[name].networks.includes(network) && !models.includes(name));
  expect(where('entrance')).toEqual(['api']);
  expect(where('database')).toEqual(['api', 'worker', 'database']);
  expect(where('models')).toEqual(['worker']);
  expect([networks.database.internal, networks.models.internal]).toEqual([true, true]);
  expect(Object.keys(services).filter((name) => services[name].ports)).toEqual(['api']);
});
