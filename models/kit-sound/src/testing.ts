/** A WAV file of 32-bit floats, one array a channel, all of one length. */
export function makeWav(channels: Float32Array[], rate: number): Buffer {
  const length = channels[0]?.length ?? 0;
  const frame = 4 * channels.length;
  const file = Buffer.alloc(44 + frame * length);
  file.write('RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x03\0', 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * frame, 28);
  file.writeUInt16LE(frame, 32);
  file.writeUInt16LE(32, 34);
  file.write('data', 36);
  file.writeUInt32LE(frame * length, 40);
  const samples = new Float32Array(file.buffer, file.byteOffset + 44, length * channels.length);
  for (const [c, channel] of channels.entries()) {
    for (let i = 0; i < length; i += 1) samples[i * channels.length + c] = channel[i] ?? 0;
  }
  return file;
}
