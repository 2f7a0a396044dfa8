import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { fitting, moveBy, type Point, type StageView, turnRight, zoomAt } from './stage-view.ts';

const step = 1.5;
const nudge = 60;
const middle: Point = { x: 0, y: 0 };

/** Zoom with wheel, pinch, keys or buttons; move by dragging or with arrows; turn with a key or button. */
export function useStage(stage: RefObject<HTMLElement | null>) {
  const [view, setView] = useState<StageView>(fitting);
  const pointers = useRef(new Map<number, Point>());
  const sizeOf = () => stage.current?.getBoundingClientRect() ?? new DOMRect();
  const fromMiddle = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const { left, top, width, height } = sizeOf();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  };

  useEffect(() => {
    const element = stage.current;
    // React listens passively, and the page would scroll or zoom besides.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const rect = element?.getBoundingClientRect() ?? new DOMRect();
      const at = { x: event.clientX - rect.left - rect.width / 2, y: event.clientY - rect.top - rect.height / 2 };
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      setView((now) => zoomAt(now, Math.exp(-pixels / 400), at, rect));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [stage]);

  const zoomBy = (by: number) => setView((now) => zoomAt(now, by, middle, sizeOf()));
  const move = (x: number, y: number) => setView((now) => moveBy(now, { x, y }, sizeOf()));
  const acts = {
    zoomIn: () => zoomBy(step),
    zoomOut: () => zoomBy(1 / step),
    fit: () => setView((now) => ({ ...fitting, turn: now.turn })),
    turn: () => setView(turnRight),
  };
  const isLarge = view.zoom > 1;
  useShortcuts([
    { keys: '+', does: 'Larger', run: acts.zoomIn },
    { keys: '=', does: 'Larger', run: acts.zoomIn },
    { keys: '-', does: 'Smaller', run: acts.zoomOut },
    { keys: '0', does: 'The whole picture', run: acts.fit },
    { keys: 'r', does: 'Turn to the right', run: acts.turn },
    ...(isLarge
      ? [
          { keys: 'ArrowLeft', does: 'Move to the left', run: () => move(nudge, 0) },
          { keys: 'ArrowRight', does: 'Move to the right', run: () => move(-nudge, 0) },
          { keys: 'ArrowUp', does: 'Move up', run: () => move(0, nudge) },
          { keys: 'ArrowDown', does: 'Move down', run: () => move(0, -nudge) },
        ]
      : []),
  ]);

  const lift = ({ pointerId }: PointerEvent) => pointers.current.delete(pointerId);
  const handlers = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || (event.target as Element).closest('button') !== null) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, fromMiddle(event));
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const now = fromMiddle(event);
      pointers.current.set(event.pointerId, now);
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      if (!other) return move(now.x - before.x, now.y - before.y);
      const apart = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      const at = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      setView((view) => zoomAt(view, apart(now) / apart(before), at, sizeOf()));
    },
    onPointerUp: lift,
    onPointerCancel: lift,
    onDoubleClick(event: React.MouseEvent) {
      if (isLarge) acts.fit();
      else setView((now) => zoomAt(now, 3, fromMiddle(event), sizeOf()));
    },
  };
  return { view, acts, handlers };
}
