import { expect, test } from 'vitest';
import { findMismatch, showFileName } from './file-name.ts';

test.each([
  ['clip.jpg', 'video/mp4', 'jpg'],
  ['a/b/PHOTO.PNG', 'image/jpeg', 'png'],
  ['page.svg', 'text/html', 'svg'],
  ['song.m4a', 'video/mp4', 'm4a'],
  ['scan.dng', 'video/mp4', 'dng'],
  // Words that are none.
  ['notes.txt', 'image/jpeg', 'txt'],
  ['table.csv', 'video/quicktime', 'csv'],
  ['data.json', 'audio/mpeg', 'json'],
  ['page.html', 'image/png', 'html'],
  ['server.log', 'application/mxf', 'log'],
  ['drawing.txt', 'image/svg+xml', 'txt'],
  // Documents that were taken, so they are none.
  ['report.pdf', 'text/plain', 'pdf'],
  ['holiday.zip', 'image/jpeg', 'zip'],
  // What Windows drops at the end.
  ['notes.txt. ', 'image/jpeg', 'txt'],
])('%s that is %s', (name, mime, extension) => {
  expect(findMismatch(name, mime)).toEqual({ extension, mime });
});

test.each([
  ['report.pdf', 'application/pdf'],
  ['photo.JPEG', 'image/jpeg'],
  ['sound.mp4', 'audio/mp4'],
  ['clip.mov', 'video/mp4'],
  ['talk.opus', 'audio/ogg; codecs=opus'],
  ['scan.nef', 'image/tiff'],
  ['main.rs', 'text/plain'],
  ['data.json', 'text/plain'],
  ['notes.txt', 'application/json'],
  ['notes.txt', 'text/plain; charset=utf-32le'],
  ['drawing.xml', 'image/svg+xml'],
  // An extension that promises nothing, and none.
  ['IMG_0001.dat', 'image/jpeg'],
  ['photo.backup', 'image/jpeg'],
  ['stream.ts', 'video/mp2t'],
  ['photo', 'image/jpeg'],
  ['txt', 'image/jpeg'],
  ['', 'image/jpeg'],
])('%s that is %s is no mismatch', (name, mime) => {
  expect(findMismatch(name, mime)).toBeNull();
});

test.each([
  ['photo\u202Egpj.exe', 'photo⟨U+202E⟩gpj.exe'],
  ['a\x1b[31m\r\n\x00.txt', 'a⟨U+001B⟩[31m⟨U+000D⟩⟨U+000A⟩⟨U+0000⟩.txt'],
  ['zero\u200Bwidth\uFEFF', 'zero⟨U+200B⟩width⟨U+FEFF⟩'],
  ['👩‍👧 наивно שלום می‌خواهم.jpg', '👩‍👧 наивно שלום می‌خواهم.jpg'],
])('%j is shown with what hides in it', (name, shown) => {
  expect(showFileName(name)).toBe(shown);
});
