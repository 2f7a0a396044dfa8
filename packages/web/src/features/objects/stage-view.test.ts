import { expect, test } from 'vitest';
import { fitting, moveBy, turnRight, zoomAt } from './stage-view.ts';

const stage = { width: 800, height: 600 };

test('what is under the pointer stays there', () => {
  const at = { x: 100, y: -50 };
  const view = zoomAt(fitting, 2, at, stage);
  expect(view).toEqual({ zoom: 2, x: -100, y: 50, turn: 0 });
  // The same point of the picture, before and after.
  expect([(at.x - view.x) / view.zoom, (at.y - view.y) / view.zoom]).toEqual([100, -50]);
});

test('a picture that fits is in the middle, and is made no smaller', () => {
  const view = zoomAt(zoomAt(fitting, 4, { x: 300, y: 200 }, stage), 0.01, { x: -300, y: 0 }, stage);
  expect(view).toEqual(fitting);
  expect(moveBy(fitting, { x: 50, y: 50 }, stage)).toEqual(fitting);
});

test('a large one moves as far as its edge', () => {
  const view = zoomAt(fitting, 3, { x: 0, y: 0 }, stage);
  expect(moveBy(view, { x: 10_000, y: -10_000 }, stage)).toEqual({ zoom: 3, x: 800, y: -600, turn: 0 });
});

test('four turns are none, and each begins anew', () => {
  const turned = turnRight(zoomAt(fitting, 3, { x: 10, y: 0 }, stage));
  expect(turned).toEqual({ ...fitting, turn: 90 });
  expect(turnRight(turnRight(turnRight(turned)))).toEqual(fitting);
});
