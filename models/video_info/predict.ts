import { CannotPredict, type Predict } from '@assay/kit-node';
import { FilePathSource, Input, MATROSKA, MP4, MPEG_TS, QTFF, WEBM } from 'mediabunny';
import { describeVideo } from './describe-video.ts';

// Not all that the library knows: a playlist (HLS) would make it fetch what a stranger wrote into it.
const formats = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS];

export const predict: Predict = async ({ path }, { signal }) => {
  // Reads the parts of the file that it needs.
  const input = new Input({ formats, source: new FilePathSource(path) });
  const stop = () => input.dispose();
  signal.addEventListener('abort', stop);
  try {
    // A file of a few bytes makes the library throw instead of answering no.
    if (await input.canRead().catch(() => false)) return { result: await describeVideo(input) };
    throw new CannotPredict('This is none of the containers that can be read: MP4, MOV, MKV, WebM and MPEG-TS');
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof CannotPredict) throw cause;
    throw new CannotPredict(`This video can't be read, it may be damaged: ${(cause as Error).message}`, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
    input.dispose();
  }
};
