// Its own declaration has the function as a property `default`, which a CommonJS module's is not.
declare module 'sharp-phash' {
  import type { SharpOptions } from 'sharp';

  /** 64 digits 0 or 1. */
  export default function phash(image: Uint8Array, options: SharpOptions): Promise<string>;
}
