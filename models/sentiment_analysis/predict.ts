import type { Init, Predict } from '@assay/kit-node';
import { loadLanguages } from './english.ts';
import { type Judged, judgeSentences, nameSentiment, type Sentiment } from './judge-sentences.ts';

export const init: Init = loadLanguages;

export const predict: Predict = async (object, { signal }) => {
  const whole = await object.text();
  const judged = await judgeSentences(whole, signal);
  const english = judged.filter(({ sentiment }) => sentiment);
  const count = (sentiment: Sentiment) => english.filter((sentence) => sentence.sentiment === sentiment).length;
  const counts = {
    positive_sentences: count('positive'),
    negative_sentences: count('negative'),
    neutral_sentences: count('neutral'),
    english_fraction: round(sumLengths(english) / Math.max(1, sumLengths(judged))),
  };
  const score = english.reduce((sum, sentence) => sum + sentence.score, 0) / english.length;
  return {
    result: english.length
      ? { sentiment: nameSentiment(score), score: round(score), ...counts }
      : { sentiment: 'unknown', ...counts },
    annotations: english.flatMap(({ sentiment, score, start, end }) =>
      sentiment === 'positive' || sentiment === 'negative'
        ? [
            {
              label: sentiment,
              score: round(Math.min(1, Math.abs(score))),
              text: whole.slice(start, end),
              span: { start, end },
            },
          ]
        : [],
    ),
  };
};

function sumLengths(sentences: Judged[]): number {
  return sentences.reduce((sum, { text }) => sum + text.length, 0);
}

const round = (value: number) => Math.round(value * 1000) / 1000;
