export interface Point {
  x: number;
  y: number;
}

/** A rectangle that may stand askew: one corner and the two sides that begin there. */
export interface Rectangle {
  corner: Point;
  /** Along the line of text, as it is read. */
  across: Point;
  /** From the top of its letters to their bottom. */
  down: Point;
}

const cross = (o: Point, a: Point, b: Point) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
const add = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });
const scale = ({ x, y }: Point, factor: number): Point => ({ x: x * factor, y: y * factor });
export const length = ({ x, y }: Point) => Math.hypot(x, y);

export function corners({ corner, across, down }: Rectangle): Point[] {
  const right = add(corner, across);
  return [corner, right, add(right, down), add(corner, down)];
}

export const centre = ({ corner, across, down }: Rectangle) => add(corner, scale(add(across, down), 0.5));

/** The same place read from its other end. */
export function upsideDown({ corner, across, down }: Rectangle): Rectangle {
  return { corner: add(add(corner, across), down), across: scale(across, -1), down: scale(down, -1) };
}

/** The same place with its left side as its bottom: what runs down is read from left to right. */
export function onItsSide({ corner, across, down }: Rectangle): Rectangle {
  return { corner: add(corner, across), across: down, down: scale(across, -1) };
}

/** Wider by `by` on every side. */
export function grow({ corner, across, down }: Rectangle, by: number): Rectangle {
  const [along, below] = [scale(across, by / length(across)), scale(down, by / length(down))];
  return {
    corner: add(corner, scale(add(along, below), -1)),
    across: add(across, scale(along, 2)),
    down: add(down, scale(below, 2)),
  };
}

/** The smallest rectangle around points; its `across` leads to the right. At least one point. */
export function findSmallestRectangle(points: Point[]): Rectangle {
  const hull = findHull(points);
  const first = hull[0] ?? { x: 0, y: 0 };
  let best: Rectangle = { corner: first, across: { x: 0, y: 0 }, down: { x: 0, y: 0 } };
  let bestArea = Number.POSITIVE_INFINITY;
  // One of its sides lies along a side of the hull.
  hull.forEach((point, i) => {
    const next = hull[(i + 1) % hull.length] ?? point;
    const found = rectangleAlong(hull, Math.atan2(next.y - point.y, next.x - point.x));
    const area = length(found.across) * length(found.down);
    if (area < bestArea) [best, bestArea] = [found, area];
  });
  return best;
}

/** The rectangle around the hull with a side in this direction, turned to within 45° of upright. */
function rectangleAlong(hull: Point[], direction: number): Rectangle {
  const angle = direction - Math.round(direction / (Math.PI / 2)) * (Math.PI / 2);
  const along = { x: Math.cos(angle), y: Math.sin(angle) };
  const below = { x: -along.y, y: along.x };
  const us = hull.map(({ x, y }) => x * along.x + y * along.y);
  const vs = hull.map(({ x, y }) => x * below.x + y * below.y);
  const [left, top] = [Math.min(...us), Math.min(...vs)];
  return {
    corner: add(scale(along, left), scale(below, top)),
    across: scale(along, Math.max(...us) - left),
    down: scale(below, Math.max(...vs) - top),
  };
}

/** The convex hull: Andrew's monotone chain. */
function findHull(points: Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  return [...halfHull(sorted), ...halfHull(sorted.toReversed())];
}

function halfHull(points: Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of points) {
    for (let n = hull.length; n >= 2; n = hull.length) {
      const [a, b] = [hull[n - 2], hull[n - 1]];
      if (a && b && cross(a, b, point) > 0) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull.slice(0, -1);
}
