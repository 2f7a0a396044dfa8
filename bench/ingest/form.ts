const boundary = '----assay-bench-4f3c2b1a';

export const formType = `multipart/form-data; boundary=${boundary}`;

/** What stands before and after a file's bytes in an upload of it to one model. */
export function frameFile(fileName: string): { before: Buffer; after: Buffer } {
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = `Content-Disposition: form-data; name="objects"; filename="${fileName}"\r\nContent-Type: audio/wav`;
  return {
    before: Buffer.from(`${field('models', 'waiting')}--${boundary}\r\n${file}\r\n\r\n`),
    after: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}
