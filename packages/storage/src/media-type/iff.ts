import { hasAt, latin1 } from './bytes.ts';
import { audio, type DetectedType, image, other, video } from './finding.ts';

/** EA IFF 85 and Apple AIFF; the types that Amiga programs registered. */
const forms: Record<string, DetectedType> = {
  ...Object.fromEntries(['AIFF', 'AIFC'].map((form) => [form, audio('audio/aiff')])),
  ...Object.fromEntries(['8SVX', '16SV', 'MAUD', 'SMUS', 'CMUS', 'TRKR'].map((form) => [form, audio('audio/x-iff')])),
  ...Object.fromEntries(
    'ILBM|PBM |ACBM|DEEP|RGB8|RGBN|RGFX|TVPP|FAXX|YUVN|CIMG|TBMP'
      .split('|')
      .map((form) => [form, image('image/x-ilbm')]),
  ),
  ...Object.fromEntries(['ANIM', 'ANMB', 'WVQA', 'MOVE', 'YAFA', 'MLDF'].map((form) => [form, video('video/x-anim')])),
};

/** IFF files, DjVu among them: the form type tells. */
export function detectIff(head: Uint8Array): DetectedType | undefined {
  if (hasAt(head, 0, 'AT&TFORM') && hasAt(head, 12, 'DJV')) return image('image/vnd.djvu');
  if (hasAt(head, 0, 'FRM8') && hasAt(head, 12, 'DSD ')) return audio('audio/x-dff');
  if (!/^(FORM|FOR4|LIST|CAT )$/.test(latin1(head, 0, 4)) || head.length < 12) return undefined;
  const form = latin1(head, 8, 4);
  if (forms[form]) return forms[form];
  return /^[A-Z0-9 ]{4}$/.test(form)
    ? other('application/x-iff', 'an IFF file of no type that Assay knows')
    : undefined;
}
