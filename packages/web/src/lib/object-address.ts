import { isInline, type PreviewKind } from '@assay/shared';

/** Where the bytes of an object are, for an `img` or a player. */
export const addressContent = (hash: string): string => `/objects/${hash}/content`;
export const addressDownload = (hash: string): string => `${addressContent(hash)}?download`;
export const addressPreview = (hash: string, kind: PreviewKind): string => `/objects/${hash}/${kind}`;

export const canShowImage = (mime: string): boolean => mime.startsWith('image/') && isInline(mime);
export const canPlayVideo = (mime: string): boolean => mime.startsWith('video/') && isInline(mime);
export const canPlaySound = (mime: string): boolean => mime.startsWith('audio/') && isInline(mime);
