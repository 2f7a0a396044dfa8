export { AssayError } from './client/assay-error.ts';
export { type AssayClient, createAssayClient, type UploadRequest } from './client/create-client.ts';
export type { FileToSend } from './client/form.ts';
export type { ResumableOptions, ResumableRequest } from './client/send-resumable.ts';
export { signIn } from './client/sign-in.ts';
export { asAssayError } from './client/trpc.ts';
export { type CheckOptions, type CheckReport, checkModel } from './models/check/check-model.ts';
