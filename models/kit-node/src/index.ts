export { CannotPredict } from './cannot-predict.ts';
export type { Init, ModelObject, Predict, Prediction, PredictionContext } from './predictor.ts';
export { type ModelOptions, serveModel } from './serve-model.ts';
