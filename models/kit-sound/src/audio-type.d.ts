declare module 'audio-type' {
  /** The format's usual file extension, from a file's first bytes; undefined when it is none that it knows. */
  export default function recognise(bytes: Uint8Array): string | undefined;
}
