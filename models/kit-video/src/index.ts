export { openVideo } from './open-video.ts';
export { readTurn } from './read-turn.ts';
