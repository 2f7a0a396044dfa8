import { expect, test } from 'vitest';
import { findFalseExtension } from './file-name.ts';

test.each([
  ['clip.jpg', 'video/mp4', 'jpg'],
  ['a/b/PHOTO.PNG', 'image/jpeg', 'png'],
  ['page.svg', 'text/html', 'svg'],
  ['report.pdf', 'text/plain', 'pdf'],
  ['report.pdf', 'application/pdf', null],
  ['photo.JPEG', 'image/jpeg', null],
  ['sound.mp4', 'audio/mp4', null],
  ['talk.opus', 'audio/ogg; codecs=opus', null],
  ['main.rs', 'text/plain', null],
  ['photo.backup', 'image/jpeg', null],
  ['photo', 'image/jpeg', null],
  ['', 'image/jpeg', null],
])('%s that is %s', (name, mime, said) => {
  expect(findFalseExtension(name, mime)).toBe(said);
});
