import { z } from 'zod';

/** What is put down in the audit trail, each with the words that it is shown with. */
export const auditActs = {
  set_up: 'Set Assay up',
  sign_in: 'Sign in',
  sign_out: 'Sign out',
  sign_up: 'Make an account at the sign-in provider',
  link_provider: 'Link an account to the sign-in provider',
  unlink_provider: 'End the link of an account to the sign-in provider',
  lock_out: 'Lock out after wrong passwords',
  confirm_password: 'Confirm the password',
  use_second_factor: 'Use the second factor',
  change_password: 'Change the password',
  choose_password: 'Choose a password with a link',
  begin_second_factor: 'Begin a second factor',
  remove_second_factor: 'Remove a second factor',
  make_backup_codes: 'Make backup codes',
  end_sessions: 'End sessions',
  make_key: 'Make an API key',
  revoke_key: 'Revoke an API key',
  invite: 'Invite somebody',
  revoke_invitation: 'Revoke an invitation',
  accept_invitation: 'Accept an invitation',
  make_password_link: 'Make a link for a new password',
  change_role: 'Change a role',
  disable_person: 'Disable a person',
  enable_person: 'Enable a person',
  make_case: 'Make a case',
  rename_case: 'Rename a case',
  archive_case: 'Archive a case',
  unarchive_case: 'Take a case out of the archive',
  hold_case: 'Put a case on legal hold',
  release_case: 'End the legal hold of a case',
  change_retention: 'Change the retention of a case',
  change_review: 'Change how a case is reviewed',
  add_member: 'Add a member to a case',
  change_member: 'Change the role of a member of a case',
  remove_member: 'Remove a member from a case',
  join_case: 'Join a case',
  give_verdict: 'Give a verdict',
  take_back_verdict: 'Take back a verdict',
  tag: 'Tag',
  untag: 'Take off a tag',
  undo: 'Undo a verdict or tag',
  judge_many: 'Say something of many objects at once',
  add_note: 'Add a note',
  remove_note: 'Remove a note',
  make_tag: 'Make a tag',
  change_tag: 'Change a tag',
  remove_tag: 'Remove a tag',
  add_verdict: 'Add a verdict to those of a case',
  remove_verdict: 'Remove a verdict from those of a case',
  upload: 'Upload',
  run: 'Run models',
  view: 'View results',
  view_bytes: 'View the file',
  download: 'Download the file',
  export: 'Export',
  delete: 'Delete',
  cancel: 'Cancel',
  retry: 'Try again',
  run_again: 'Run again with the newest version',
  change_priority: 'Change the priority',
  resume_model: 'End the pause of a model',
  register_model: 'Register a model',
  remove_model: 'Remove the address of a model',
  add_webhook: 'Add a webhook',
  remove_webhook: 'Remove a webhook',
  send_again: 'Send word to a webhook again',
  results: 'Results written',
  change_setting: 'Change a setting for everybody',
  view_trail: 'View the audit trail',
  export_trail: 'Export the audit trail',
  verify: 'Check what is kept',
  request: 'Another request',
} as const;
export type AuditAct = keyof typeof auditActs;
export const auditActSchema = z.enum(Object.keys(auditActs) as [AuditAct, ...AuditAct[]]);

/** What an act was done to. `objects`: several at once, which its details name. */
export const auditSubjectKinds = [
  ...(['object', 'objects', 'prediction', 'run', 'model', 'case'] as const),
  ...(['person', 'key', 'session', 'invitation', 'setting', 'trail', 'request'] as const),
] as const;
export type AuditSubjectKind = (typeof auditSubjectKinds)[number];

/** `refused`: it was not permitted or not possible; `failed`: Assay could not do it. */
export const auditOutcomes = ['done', 'refused', 'failed'] as const;
export const auditOutcomeSchema = z.enum(auditOutcomes);
export type AuditOutcome = (typeof auditOutcomes)[number];

/** Which records of the trail are wanted: those that fit all that is named. */
export const auditFilterSchema = z.object({
  /** The user name of who acted. */
  person: z.string().trim().min(1).max(200).optional(),
  act: auditActSchema.optional(),
  outcome: auditOutcomeSchema.optional(),
  /** What was acted on: any hash of an object, or the id of a run, a person, a key …, or a model's name and version. */
  subject: z.string().trim().min(1).max(1000).optional(),
  /** The case, its runs, and what is in it, by the case's id. */
  case: z.uuid().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  /** Not included. */
  to: z.iso.datetime({ offset: true }).optional(),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** JSON Lines is what `assay verify --records` reads; CSV is for spreadsheets. */
export const auditFormats = ['jsonl', 'csv'] as const;
export type AuditFormat = (typeof auditFormats)[number];
