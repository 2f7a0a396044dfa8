import { z } from 'zod';
import { isInline } from './inline-types.ts';
import type { MediaType } from './object.ts';

/** What is made of an object so that it can be looked at: a small picture, a large one, a drawing of its sound. */
export const previewKinds = ['thumbnail', 'poster', 'waveform'] as const;
export const previewKindSchema = z.enum(previewKinds);
export type PreviewKind = z.infer<typeof previewKindSchema>;

export const previewStates = ['queued', 'made', 'failed'] as const;
export type PreviewState = (typeof previewStates)[number];

/** The previews that an object of this type has. A picture that browsers show needs no poster. */
export function listPreviewKinds({ mediaType, mime }: { mediaType: MediaType; mime: string }): PreviewKind[] {
  switch (mediaType) {
    case 'image':
      return isInline(mime) ? ['thumbnail'] : ['thumbnail', 'poster'];
    case 'video':
      return ['thumbnail', 'poster', 'waveform'];
    case 'audio':
      return ['waveform'];
    case 'text':
      return [];
  }
}

/** How loud a recording is along its length: peaks at equal distances, from 0 to 1, the loudest being 1. */
export const waveformSchema = z.object({
  /** Seconds of sound. */
  duration: z.number(),
  peaks: z.array(z.number().min(0).max(1)).max(2_000),
});
export type Waveform = z.infer<typeof waveformSchema>;
