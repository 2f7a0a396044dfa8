import { wordOf } from './random.ts';

const [often, sometimes, seldom] = [wordOf(3), wordOf(300), wordOf(4321)];

/** Twenty searches as people make them, and their order. */
export const searches: readonly (readonly [query: string, sort?: string])[] = [
  ['', '-uploaded'],
  ['type = image'],
  ['type = video AND size > 10MB', '-size'],
  ['face_detect.number_faces >= 2'],
  ['nsfw.Porn > 0.8', '-nsfw.Porn'],
  ['nsfw.Porn > 0.8 AND face_detect.number_faces >= 1'],
  ['object_detection.knife >= 1 AND type = image'],
  ['object_detection box knife > 0.5'],
  [often],
  [sometimes],
  [`${seldom} type = text`],
  [`${often} AND ${sometimes}`],
  ['name ~ "IMG_20"'],
  [`ner_text.places ~ "${seldom}"`],
  ['language.language = nl AND uploaded > 2026-06'],
  ['state = face_detect:failed'],
  ['uploaded = 2026-05 AND uploader = person-3'],
  ['case = "Harbour 12" AND face_detect.number_faces >= 1'],
  ['NOT nsfw.Neutral > 0.5 AND (object_detection.car >= 1 OR object_detection.dog >= 1)'],
  ['duration > 1:00:00 AND width >= 1920', 'name'],
];
