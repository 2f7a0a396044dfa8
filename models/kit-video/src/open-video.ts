import { CannotPredict } from '@assay/kit-node';
import { type Demuxer, Demuxer as Opener } from 'node-av/api';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';

// Containers, and nothing that names other files: a playlist would make it open what a stranger wrote into it.
const formats = 'mov,matroska,webm,mpegts,mpeg,avi,flv,asf,ogg,mxf,rm,wtv,dv,ivf,mpegvideo,h264,hevc';

// What it thinks of damaged packets would fill the log; what ends a prediction is thrown.
Log.setLevel(AV_LOG_QUIET);

/** Opens the container. Whoever has it closes it. Throws CannotPredict. */
export async function openVideo(path: string, signal: AbortSignal): Promise<Demuxer> {
  try {
    return await Opener.open(path, { options: { protocol_whitelist: 'file', format_whitelist: formats }, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CannotPredict(`This video can't be opened: ${(cause as Error).message}`, { cause });
  }
}
