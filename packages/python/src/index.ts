export { type EnvironmentWish, prepareEnvironment } from './environment.ts';
export { findPython, PythonFault } from './find-python.ts';
