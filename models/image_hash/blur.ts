interface Size {
  width: number;
  height: number;
}

const passes = 2;
/** Fields of an image along each side, and two passes to cover one. */
const windowsPerSide = 128;

/** The tent filter of PDQ: box filters along rows and columns, twice. Near an edge the box is smaller. */
export function blur(image: Float32Array, { width, height }: Size): Float32Array {
  let from: Float32Array = image;
  for (let pass = 0; pass < passes; pass += 1) {
    const rows = new Float32Array(image.length);
    for (let y = 0; y < height; y += 1) average(from, rows, { start: y * width, step: 1, length: width });
    from = new Float32Array(image.length);
    for (let x = 0; x < width; x += 1) average(rows, from, { start: x, step: width, length: height });
  }
  return from;
}

/** Averages along one row or column, within a window of the size that the specification gives. */
function average(from: Float32Array, to: Float32Array, line: { start: number; step: number; length: number }): void {
  const { start, step, length } = line;
  const size = Math.ceil(length / windowsPerSide);
  const ahead = Math.floor(size / 2);
  const behind = size - ahead - 1;
  let sum = 0;
  for (let i = 0; i < Math.min(ahead, length); i += 1) sum += from[start + i * step] ?? 0;
  for (let i = 0; i < length; i += 1) {
    if (i + ahead < length) sum += from[start + (i + ahead) * step] ?? 0;
    if (i - behind - 1 >= 0) sum -= from[start + (i - behind - 1) * step] ?? 0;
    const count = Math.min(i + ahead, length - 1) - Math.max(i - behind, 0) + 1;
    to[start + i * step] = sum / count;
  }
}
