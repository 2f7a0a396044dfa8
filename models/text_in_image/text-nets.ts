import { readFile } from 'node:fs/promises';
import type { Pixels } from '@assay/kit-image';
import * as ort from 'onnxruntime-web/wasm';
import { cutOut, type Normal } from './cut-out.ts';
import type { TextMap } from './find-regions.ts';
import { type ReadText, readCharacters } from './read-characters.ts';
import { grow, length, type Rectangle } from './rectangle.ts';
import { weights } from './weights.ts';

ort.env.wasm.numThreads = 1;
const load = async (name: keyof typeof weights) => ort.InferenceSession.create(await readFile(weights[name]));
/** PaddleOCR's three nets: where text is, whether a line stands on its head, what it says. */
const detection = await load('detection');
const direction = await load('direction');
const recognition = await load('recognition');
/** What the classes of `recognition` stand for: the first is "none", the last the space. */
const characters = ['', ...String(await readFile(weights.characters)).split('\n'), ' '];

async function run(net: ort.InferenceSession, input: Float32Array, width: number, height: number): Promise<ort.Tensor> {
  const [name] = net.inputNames;
  const [answer] = net.outputNames;
  if (!name || !answer) throw new Error('The net lacks its input or output');
  const output = (await net.run({ [name]: new ort.Tensor('float32', input, [1, 3, height, width]) }))[answer];
  if (!output) throw new Error('The net lacks its output');
  return output;
}

const colour: Normal = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const plain: Normal = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

/** Where text is; the map has width x height pixels, multiples of 32. */
export async function mapText(image: Pixels, size: { width: number; height: number }): Promise<TextMap> {
  const whole = { corner: { x: 0, y: 0 }, across: { x: image.width, y: 0 }, down: { x: 0, y: image.height } };
  const output = await run(detection, cutOut(image, whole, size, colour), size.width, size.height);
  return { data: output.data as Float32Array, ...size };
}

/** How likely it is that a line stands on its head: 0 to 1. */
export async function scoreUpsideDown(image: Pixels, line: Rectangle): Promise<number> {
  const size = { width: 192, height: 48 };
  const output = await run(direction, cutLine(image, addMargin(line), size), size.width, size.height);
  return Number(output.data[1]);
}

const lineHeight = 48;
/** Of a line's height, around it: cut more closely, the spaces between its words are lost (9 % of the characters against 0.4 %). */
const margin = 0.25;
/** The net reads at least as much, in pixels; more than the most makes it slow, and no line is as long. */
const [leastWidth, mostWidth] = [96, 3200];

/** What a line says. */
export async function readLine(image: Pixels, place: Rectangle): Promise<ReadText> {
  const line = addMargin(place);
  const natural = Math.round((lineHeight * length(line.across)) / length(line.down));
  const size = { width: Math.min(Math.max(natural, leastWidth), mostWidth), height: lineHeight };
  const output = await run(recognition, cutLine(image, line, size), size.width, size.height);
  return readCharacters(output.data as Float32Array, characters);
}

const addMargin = (line: Rectangle) => grow(line, margin * length(line.down));

/** A line in its own proportions; what is left of the width stays empty. */
function cutLine(image: Pixels, line: Rectangle, size: { width: number; height: number }): Float32Array {
  const natural = Math.ceil((size.height * length(line.across)) / length(line.down));
  if (natural >= size.width) return cutOut(image, line, size, plain);
  const piece = { width: Math.max(1, natural), height: size.height };
  const cut = cutOut(image, line, piece, plain);
  const padded = new Float32Array(3 * size.width * size.height);
  for (let row = 0; row < 3 * size.height; row += 1) {
    padded.set(cut.subarray(row * piece.width, (row + 1) * piece.width), row * size.width);
  }
  return padded;
}
