export { decodeSound, type Sound } from './decode-sound.ts';
