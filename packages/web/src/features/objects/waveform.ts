import { useQuery } from '@tanstack/react-query';
import { reachServer } from '../../lib/connection.ts';
import { addressContent } from '../../lib/object-address.ts';

/** Decoded, a recording takes many times its size. */
const mostBytes = 8_000_000;
/** Enough for a drawing, and a fifth of the memory of the usual rate. */
const sampleRate = 8_000;
const columns = 320;

/** The loudest sample of each column, the loudest of all being 1. */
export function measurePeaks(samples: Float32Array, columnCount: number): number[] {
  const width = samples.length / columnCount;
  const peaks = Array.from({ length: columnCount }, (_, column) => {
    const end = Math.min(samples.length, Math.ceil((column + 1) * width));
    let peak = 0;
    for (let index = Math.floor(column * width); index < end; index += 1)
      peak = Math.max(peak, Math.abs(samples[index] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks, 1e-6);
  return peaks.map((peak) => peak / loudest);
}

async function readWaveform(hash: string, signal: AbortSignal): Promise<number[]> {
  const answer = await reachServer(addressContent(hash), { signal });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} when asked for the recording.`);
  const decoder = new OfflineAudioContext(1, 1, sampleRate);
  const sound = await decoder.decodeAudioData(await answer.arrayBuffer());
  return measurePeaks(sound.getChannelData(0), columns);
}

/** How loud a recording is along its length; undefined while that is read, and for one that is too long to. */
export function useWaveform(hash: string, size: number): readonly number[] | undefined {
  return useQuery({
    queryKey: ['waveform', hash],
    queryFn: ({ signal }) => readWaveform(hash, signal),
    enabled: size <= mostBytes,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data;
}
