/*
 * The words of Assay. Code, screens and documents use these and no others.
 *
 * object      a stored file, identified by the SHA-256 of its bytes; found by its MD5 and SHA-1 too
 * media type  image, video, audio or text: decided from the bytes, never from a name or a header
 * upload      the act that brought an object in: who, when, under which file name, into which case
 * case        a named set of uploads and the people who may see them: its readers, contributors and managers
 * model       an HTTP service at a version that accepts some media types; may emit new objects
 * run         one request: some objects x some models, asked by one person
 * prediction  one object x one model version: a state and, in the end, a result or a reason
 * label       one class of a result with its value, flattened so that it can be searched
 * annotation  where in the object something is: a box, a time range, a text span
 * derivation  the link from an object to one that a model made from it (video -> audio)
 * preview     a picture of an object, or a drawing of its sound, made by us: never what a stranger made
 * verdict     what a person says of an object or of a prediction, in a case; the newest counts, and all are kept
 * tag         a word that people give objects of a case
 * note        what a person writes down about an object of a case
 * job         queued work; internal, never shown
 * role        what a person is here: administrator, investigator or researcher
 * webhook     an address that is told when a run is finished; a delivery is what it was told once, however often tried
 * API key     what a tool or model signs in with: somebody's, for some scopes, until it ends or is revoked
 */
export {
  type CaseRight,
  type CaseRole,
  caseNameSchema,
  caseRights,
  caseRoleSchema,
  caseRoles,
  type KeyScope,
  keyNameSchema,
  keyScopeSchema,
  keyScopes,
  type LinkKind,
  linkKinds,
  linkTokenSchema,
  listCaseRoles,
  listRights,
  listScopes,
  mayInCase,
  passwordLength,
  passwordSchema,
  personNameSchema,
  type Right,
  type Role,
  retentionDaysSchema,
  rights,
  rightsBeforeEnrolment,
  roleSchema,
  roles,
  type SecondFactorPolicy,
  secondFactorPolicies,
  usernameSchema,
} from './access.ts';
export { findExcess, maxAnswerBytes, maxAnswerDepth, maxAnswerValues } from './answer-cost.ts';
export {
  type AuditAct,
  type AuditFilter,
  type AuditFormat,
  type AuditOutcome,
  type AuditSubjectKind,
  auditActSchema,
  auditActs,
  auditFilterSchema,
  auditFormats,
  auditOutcomeSchema,
  auditOutcomes,
  auditSubjectKinds,
} from './audit.ts';
export { type Blur, blurSchema, plainBlur } from './blur.ts';
export { type DeletionCause, deletionCauses, deletionReasonSchema } from './deletion.ts';
export { type DerivationLimits, defaultDerivationLimits } from './derivation-limits.ts';
export { describeFaults } from './describe-faults.ts';
export { AppError, type ErrorBody, type ErrorCode, type ErrorDetail, errorBodySchema } from './errors.ts';
export { findMismatch, type Mismatch, mismatchSchema, showFileName } from './file-name.ts';
export { formatBytes, formatCount, formatCountOf, formatSeconds } from './format.ts';
export { isInline } from './inline-types.ts';
export {
  type BulkState,
  disputed,
  mostChosen,
  mostOwnVerdicts,
  mostTags,
  noteTextSchema,
  objectVerdicts,
  type PredictionVerdict,
  predictionVerdictSchema,
  predictionVerdicts,
  type TagColour,
  tagColourSchema,
  tagColours,
  tagNameSchema,
  verdictSchema,
} from './judging.ts';
export { defaultLimits, type Limits } from './limits.ts';
export {
  type Annotation,
  type Answer,
  annotationSchema,
  answerParts,
  answerSchema,
  type Box,
  busyStatuses,
  type Derivation,
  derivationSchema,
  type Health,
  healthSchema,
  type Manifest,
  manifestSchema,
  maxDocumentBytes,
  modelNameSchema,
  protocolHeaders,
  protocolVersion,
  refusalSchema,
  refusalStatuses,
  registrationSchema,
  type TextSpan,
  type TimeRange,
} from './model-protocol.ts';
export {
  anyHashSchema,
  type KnownAnswer,
  type KnownQuestion,
  knownAnswerSchema,
  knownQuestionSchema,
  type MediaType,
  maxKnownAsked,
  mediaTypeSchema,
  mediaTypes,
  type ObjectFacts,
  type ObjectHash,
  objectHashSchema,
} from './object.ts';
export { type PermittedHosts, parseHosts } from './permitted-hosts.ts';
export {
  type DerivedHits,
  type FaultOwner,
  faultOwners,
  isFinal,
  type ModelState,
  modelStateSchema,
  modelStates,
  type ObjectResults,
  objectResultsSchema,
  type PredictionState,
  type PredictionView,
  predictionStates,
  type RunPriority,
  runPriorities,
  runPrioritySchema,
  type WaitingFor,
} from './prediction.ts';
export {
  listPreviewKinds,
  type PreviewKind,
  type PreviewState,
  previewKindSchema,
  previewKinds,
  previewStates,
  type Waveform,
  waveformSchema,
} from './preview.ts';
export { addSample, measureRate, type Sample } from './rate.ts';
export { listReached } from './reach.ts';
export { type ResumableState, resumableKeys, resumableStateSchema } from './resumable-upload.ts';
export * from './search-language.ts';
export { estimateSeconds, joinRanges, type ModelRate, type SecondsRange } from './time-left.ts';
export { linkSchema, type UploadAnswer, uploadAnswerSchema, uploadFields } from './upload.ts';
export {
  type DeliveryState,
  deliveryStates,
  maxDeliveryAttempts,
  type WebhookEvent,
  type WebhookField,
  webhookEvents,
  webhookFieldSchema,
  webhookHeaders,
  webhookUrlSchema,
} from './webhook.ts';
export { wilsonInterval } from './wilson.ts';
