import type { MediaType } from '@assay/shared';

export type DetectedType =
  | {
      mediaType: MediaType;
      mime: string;
      /** Of a text: as TextDecoder names it; null where it has no decoder (UTF-32, ISO-2022-KR): the MIME type names those. */
      encoding: string | null;
    }
  /** Not one of the four; `is` completes the sentence "clip.pdf is …". */
  | { mediaType: null; mime: string; is: string };

type Playable = Exclude<MediaType, 'text'>;

const make =
  (mediaType: Playable) =>
  (mime: string): DetectedType => ({ mediaType, mime, encoding: null });

export const image = make('image');
export const video = make('video');
export const audio = make('audio');
export const other = (mime: string, is: string): DetectedType => ({ mediaType: null, mime, is });

export const unknown = other('application/octet-stream', 'of no type that Assay knows');
