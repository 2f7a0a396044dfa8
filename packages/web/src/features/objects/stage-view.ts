/** How a picture lies on its stage: pixels moved from the middle, times larger than what fits, degrees turned. */
export interface StageView {
  zoom: number;
  x: number;
  y: number;
  turn: 0 | 90 | 180 | 270;
}
export interface Point {
  x: number;
  y: number;
}

export const fitting: StageView = { zoom: 1, x: 0, y: 0, turn: 0 };
const mostZoom = 32;

/** Zooms so that what is at this point, measured from the middle of the stage, stays there. */
export function zoomAt(view: StageView, by: number, at: Point, stage: { width: number; height: number }): StageView {
  const zoom = Math.min(mostZoom, Math.max(1, view.zoom * by));
  const grown = zoom / view.zoom;
  return hold({ ...view, zoom, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown }, stage);
}

export const moveBy = (view: StageView, { x, y }: Point, stage: { width: number; height: number }): StageView =>
  hold({ ...view, x: view.x + x, y: view.y + y }, stage);

export function turnRight(view: StageView): StageView {
  const turn = ((view.turn + 90) % 360) as StageView['turn'];
  return { ...fitting, turn };
}

/** Some of the picture is always on the stage; all of it, and in the middle, when it fits. */
function hold(view: StageView, { width, height }: { width: number; height: number }): StageView {
  const most = (side: number) => (side * (view.zoom - 1)) / 2;
  const within = (value: number, side: number) => Math.min(most(side), Math.max(-most(side), value)) || 0;
  return { ...view, x: within(view.x, width), y: within(view.y, height) };
}
