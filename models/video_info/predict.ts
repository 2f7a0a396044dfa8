import { CannotPredict, type Predict } from '@assay/kit-node';
import { FilePathSource, Input, MATROSKA, MP4, MPEG_TS, QTFF, UnsupportedInputFormatError, WEBM } from 'mediabunny';
import { describeVideo } from './describe-video.ts';

// Not all that the library knows: a playlist (HLS) would make it fetch what a stranger wrote into it.
const formats = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS];

export const predict: Predict = async ({ path }, { signal }) => {
  // Reads the parts of the file that it needs.
  const input = new Input({ formats, source: new FilePathSource(path) });
  const stop = () => input.dispose();
  signal.addEventListener('abort', stop);
  try {
    return { result: await describeVideo(input) };
  } catch (cause) {
    signal.throwIfAborted();
    throw refuse(cause);
  } finally {
    signal.removeEventListener('abort', stop);
    input.dispose();
  }
};

function refuse(cause: unknown): CannotPredict {
  if (cause instanceof CannotPredict) return cause;
  if (cause instanceof UnsupportedInputFormatError) {
    return new CannotPredict('This is none of the containers that can be read: MP4, MOV, MKV, WebM and MPEG-TS', {
      cause,
    });
  }
  return new CannotPredict(`This video can't be read: ${(cause as Error).message}`, { cause });
}
