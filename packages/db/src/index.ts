export { answerTogether } from './answer-together.ts';
export {
  type Checkpoint,
  type CheckpointKey,
  isSigned,
  readCheckpointKey,
  readOrMakeCheckpointKey,
} from './audit/checkpoint.ts';
export { digestOf } from './audit/digest.ts';
export { type AuditRecord, hashRecord, noHash, type SealedRecord } from './audit/form.ts';
export {
  type ChainLink,
  countUnsealed,
  findChainEnd,
  findRecord,
  listCheckpoints,
  listRecords,
  type PlacedRecord,
  readChain,
} from './audit/records.ts';
export { type EndedRow, listEnded, listUnsealedResults } from './audit/results.ts';
export { Sealer } from './audit/seal.ts';
export { type Sealing, startSealing } from './audit/sealing.ts';
export { type Act, type Actor, type Origin, recordActs } from './audit.ts';
export { type Database, type Db, openDatabase, pingDatabase } from './client.ts';
export { connect } from './connect.ts';
export { type ClusterPlace, placeCluster } from './embedded/cluster.ts';
export { waitForDatabase } from './embedded/connection.ts';
export { dieWithParent } from './embedded/death-signal.ts';
export { findFreePort, tryPort } from './embedded/free-port.ts';
export { readOrMakeSecret } from './embedded/kept-secret.ts';
export { StartError } from './embedded/start-error.ts';
export { type EmbeddedPostgres, findEmbeddedUrl, prepareEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
export { migrateDatabase } from './migrate.ts';
export { inOneStatement } from './one-statement.ts';
export { type AccessChange, accessChannel, noteAccessChange } from './queries/access-changes.ts';
export {
  findAccountLink,
  insertAccountLink,
  listInvitations,
  revokeAccountLink,
  revokePasswordLinksOf,
  setAccountLinkUser,
  useAccountLink,
} from './queries/account-links.ts';
export { type ApiKeyRow, bindApiKey, listApiKeysOf, revokeApiKey, setApiKeyEnd } from './queries/api-keys.ts';
export {
  type BulkActRow,
  findBulkAct,
  insertBulkAct,
  listBulkActs,
  type NewBulkAct,
} from './queries/bulk-acts.ts';
export { cancelPredictions } from './queries/cancel-predictions.ts';
export {
  addOwnVerdict,
  findOrMakeTag,
  findTag,
  listOwnVerdicts,
  listTags,
  removeOwnVerdict,
  type TagRow,
  updateTag,
} from './queries/case-words.ts';
export {
  type CaseRow,
  countOtherManagers,
  deleteMember,
  findCase,
  findMemberRole,
  insertCase,
  insertMember,
  isInCase,
  listAllCases,
  listCases,
  listCasesOf,
  listMembers,
  listUploadCases,
  lockCase,
  shareCase,
  type UploadCase,
  updateCase,
  updateMember,
  type WorkCase,
} from './queries/cases.ts';
export { type ClaimedPrediction, claimPredictions, startIsolated } from './queries/claim-predictions.ts';
export { listKeyPeople, listSessionPeople, type Person } from './queries/credentials.ts';
export {
  bringBack,
  type Concerned,
  type Deletion,
  type DeletionOrder,
  deleteFromCase,
  forgetPreviews,
  listConcerned,
  listDeletions,
  listObjectUploads,
  listOverdue,
  listReleasedBytes,
  readHold,
} from './queries/deletions.ts';
export { type Derived, insertDerivations } from './queries/derivations.ts';
export { type Ending, finishIn, finishPredictions } from './queries/finish-predictions.ts';
export { followDerivations, followInRuns, holdSucceeded } from './queries/follow-derivations.ts';
export { countGuess, forgetGuesses, sweepGuesses, takeBackGuess } from './queries/guesses.ts';
export { handBackLost } from './queries/hand-back-lost.ts';
export { listHeld, listHeldBeside, withdrawnChannel } from './queries/held-predictions.ts';
export {
  countTags,
  findJudgement,
  findPredictionIn,
  type JudgedCaseRow,
  type JudgedThing,
  judge,
  listJudgedCases,
  listSaid,
  type Said,
  type SaidRow,
  type Saying,
} from './queries/judgements.ts';
export { Line } from './queries/line.ts';
export {
  type DerivedRow,
  type HitRow,
  listDerived,
  listDerivedOfRun,
  listHits,
  listOrigins,
  listSpokenWords,
  type SpokenWord,
} from './queries/list-derived.ts';
export {
  addModelEndpoints,
  findModelEndpoint,
  listModelEndpoints,
  listUnreadyBundledModels,
  recordModelEndpoint,
  registerModelEndpoint,
  removeModelEndpoint,
  removeRegisteredEndpoint,
  replaceBundledModels,
  replaceConfiguredModels,
} from './queries/model-endpoints.ts';
export { listModelPauses, pauseModel, resumeModel, returnTrial, takeTrial } from './queries/model-pauses.ts';
export { listModelRates } from './queries/model-rates.ts';
export { type Share, takeShares, type WantedShare } from './queries/model-shares.ts';
export {
  type AddressOrigin,
  canTakeWork,
  findModel,
  findNewerVersions,
  listCurrentModels,
  listModelAddresses,
  listModelLoads,
  listSeenModels,
  type ModelLoad,
  type ModelStanding,
  upsertModel,
} from './queries/models.ts';
export { findNote, insertNote, listNotes, type NoteRow, removeNote } from './queries/notes.ts';
export { notifyRun, runsChannel } from './queries/notify-runs.ts';
export {
  findFirstFileName,
  findInLists,
  findObject,
  insertObjects,
  listEveryObject,
  listKnownObjects,
  listObjectsByHashes,
  lockParent,
} from './queries/objects.ts';
export {
  findLinkable,
  findProviderAccount,
  findProviderLink,
  insertPerson,
  insertProviderAccount,
  listPeople,
  lockAdministrators,
  lockPerson,
  type NewPerson,
  removeProviderAccount,
  removeSecondFactor,
  setPassword,
  updatePerson,
} from './queries/people.ts';
export { countVerdicts, type VerdictCounts } from './queries/precision.ts';
export {
  askForPreviews,
  type BegunPreviews,
  beginPreviews,
  failPreview,
  findPreview,
  finishPreview,
  retryPreview,
  uncountPreviews,
} from './queries/previews.ts';
export {
  insertPredictions,
  planPredictions,
  type RequestedPrediction,
  requestPredictions,
} from './queries/request-predictions.ts';
export { type Absence, hasPrediction, listModelsAway, listPredictionsOf, listUploadsOf } from './queries/results.ts';
export { retryPredictions } from './queries/retry-predictions.ts';
export { runAgain } from './queries/run-again.ts';
export { changeRunPriority } from './queries/run-priority.ts';
export { countFilesOfRun, listRunProgress, type ModelProgress } from './queries/run-progress.ts';
export {
  addToRuns,
  canAddToRun,
  chooseForRuns,
  countRuns,
  ensureRuns,
  findRun,
  hasRun,
  insertUploads,
  listFilesOfRun,
  listRunsIn,
  type RunCounts,
  type TakenRun,
  type WantedRun,
} from './queries/runs.ts';
export { deleteSavedSearch, listSavedSearches, saveSearch } from './queries/saved-searches.ts';
export { endSessionsOf, findBetweenFactors, listSessionsOf } from './queries/sessions.ts';
export { findOwnSetting, findSetting, saveOwnSetting, saveSetting } from './queries/settings.ts';
export { listUnreferenced, refuseRemoved, refuseSwept, removeUnreferenced, SweptMeanwhile } from './queries/sweep.ts';
export { isUploading, tellUploading } from './queries/upload-activity.ts';
export { findNamed, hasUsername, hasUsers, insertFirstPerson } from './queries/users.ts';
export type { Asker } from './queries/visibility.ts';
export {
  addWebhook,
  type Delivery,
  type DeliveryOutcome,
  endDelivery,
  findDeliveryWebhook,
  findWebhook,
  findWebhookSecret,
  giveBackDelivery,
  handBackLostDeliveries,
  listDeliveriesInHand,
  listWebhooks,
  removeWebhook,
  sendAgain,
  takeDelivery,
  tellFinished,
} from './queries/webhooks.ts';
export type { WorkActor, WorkScope } from './queries/work-scope.ts';
export {
  beatWorker,
  insertWorker,
  isAnyWorkerAlive,
  removeSilentWorkers,
  removeWorker,
  removeWorkersOf,
} from './queries/workers.ts';
export { type JobSender, openQueue, openSender, type WorkQueue } from './queue.ts';
export * as authSchema from './schema/auth.ts';
export type { Isolation } from './schema/prediction.ts';
export {
  type ExportedPrediction,
  type ExportedSaying,
  listExported,
  listExportedPredictions,
} from './search/export.ts';
export { countFacets, countFound, type Facets, mostCounted } from './search/facets.ts';
export { type FoundRow, type Place, type Search, searchObjects } from './search/page.ts';
export { stepBulkAct } from './search/step-bulk-act.ts';
export {
  suggestCases,
  suggestMimes,
  suggestOwnVerdicts,
  suggestResultNames,
  suggestTags,
  suggestUploaders,
  suggestWords,
} from './search/suggest.ts';
export { transact } from './transact.ts';
