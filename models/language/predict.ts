import type { Init, Predict } from '@assay/kit-node';
import { loadDetectors } from './detect-language.ts';
import { findLanguages } from './find-languages.ts';
import { sumShares } from './sum-shares.ts';

export const init: Init = loadDetectors;

const names = new Intl.DisplayNames('en', { type: 'language' });

export const predict: Predict = async (object, { signal }) => {
  const stretches = await findLanguages(await object.text(), signal);
  const shares = sumShares(stretches, ({ language }) => language ?? 'unknown');
  const told = Object.keys(shares).filter((language) => language !== 'unknown');
  return {
    result: {
      language: told[0] ?? 'unknown',
      languages: told.map((language) => names.of(language) ?? language),
      shares,
      scripts: Object.keys(sumShares(stretches, ({ script }) => script)),
    },
    annotations: stretches.flatMap(({ language, start, end }) =>
      language ? [{ label: language, span: { start, end } }] : [],
    ),
  };
};
