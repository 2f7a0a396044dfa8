import type { Manifest } from './model-protocol.ts';
import type { MediaType } from './object.ts';

type Model = Pick<Manifest, 'name' | 'accepts' | 'emits'>;

/** The media types at hand, and all that the models may make of them, one after the other. */
function findReach(models: readonly Model[], types: Iterable<MediaType>): Set<MediaType> {
  const reached = new Set(types);
  // Each round that goes on reaches one more of four types.
  for (let before = -1; before < reached.size; ) {
    before = reached.size;
    for (const { accepts, emits } of models)
      if (accepts.some((type) => reached.has(type))) for (const type of emits) reached.add(type);
  }
  return reached;
}

/** The models that get an object: one of these types, or one that another of the models makes. */
export function listReached<M extends Model>(models: readonly M[], types: Iterable<MediaType>): M[] {
  const reached = findReach(models, types);
  return models.filter(({ accepts }) => accepts.some((type) => reached.has(type)));
}
