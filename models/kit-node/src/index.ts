export { CannotPredict } from './cannot-predict.ts';
export type { EmittedObject, Init, ModelObject, Predict, Prediction, PredictionContext } from './predictor.ts';
export { type ModelOptions, serveModel } from './serve-model.ts';
