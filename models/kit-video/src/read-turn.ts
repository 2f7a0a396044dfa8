import { AV_FRAME_DATA_DISPLAYMATRIX } from 'node-av/constants';
import type { Frame } from 'node-av/lib';

/** Degrees clockwise, 0 to 359, by which a frame has to be turned to stand as it is displayed. */
export function readTurn(frame: Frame): number {
  const matrix = frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX);
  if (!matrix || matrix.length < 8) return 0;
  // Nine numbers of 16.16 bits, row by row: [cos, sin] comes first.
  const degrees = (Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) * 180) / Math.PI;
  return (Math.round(degrees) + 360) % 360;
}
