import { checkout } from './checkout.ts';

/** What `assay --help` says below the commands: the configuration, all of it. */
export const environmentHelp = `
Configuration comes from the environment and is read once, at the start:

  PORT                    where the web pages and the API listen (5000)
  HOST                    the address that they listen on (127.0.0.1; 0.0.0.0 for all of this machine)
  DATABASE_URL            postgres://user:password@host:port/name. Unset: serve runs a PostgreSQL of its own;
                          api and worker need it
  LOG_LEVEL               fatal, error, warn, info, debug, trace or silent (info)
  ASSAY_DATA_DIR          folder for the database, objects, logs and the secret (.data; from ${checkout.root})
  ASSAY_STORAGE_URL       where objects are kept (unset: objects in the data folder): file:///folder, or
                          s3://bucket/prefix?endpoint=http://host:port&region=...&pathStyle=true|false, each option as
                          needed, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment
  ASSAY_BUNDLED_MODELS    the models that serve starts: all, none, or names separated by commas (all)
  ASSAY_MODEL_URLS        further models, http or https URLs separated by commas
  ASSAY_MODEL_HOSTS       where else models may be: names, addresses and ranges separated by commas (unset: this
                          machine and the hosts of ASSAY_MODEL_URLS; no other address is ever asked)
  ASSAY_WEBHOOK_HOSTS     where else webhooks may go, written the same (unset: this machine only)
  ASSAY_GRACE_SECONDS     for which predictions may go on when assay worker is told to stop; then they are handed back,
                          and no attempt is lost (10; in serve 1.5)
  ASSAY_THREAD_HEAP_MB    memory for the objects of each thread in which a worker reads models' answers, MiB (1024); one
                          that needs more ends, and its prediction is tried again alone
  ASSAY_SECRET            signs sessions; at least 32 characters, the same for every api process (unset: made once and
                          kept in the data folder)
  ASSAY_WORKER_BEAT_FILE  written by the worker every two seconds while it is at work, for health checks (unset: none)
  ASSAY_SECOND_FACTOR     who has to have a second factor: optional, administrators or everybody (optional)
  ASSAY_OIDC_ISSUER       an OpenID Connect provider at which people sign in too (unset: none), by the URL by which it
                          calls itself; its address to send people back to is https://.../api/auth/callback/oidc
  ASSAY_OIDC_CLIENT_ID, ASSAY_OIDC_CLIENT_SECRET (or ASSAY_OIDC_CLIENT_SECRET_FILE)   what it knows Assay by
  ASSAY_OIDC_NAME         on the button (unset: its host)
  ASSAY_OIDC_DOMAINS      whoever has a verified e-mail address in one of these, separated by commas, gets an account
                          without an invitation (unset: nobody)
  ASSAY_OIDC_CLAIM        and whoever has this claim with this value, such as groups=assay (unset: nobody)
  ASSAY_OIDC_SCOPES       scopes to ask for beside openid, profile and email, for that claim
  ASSAY_OIDC_ROLE         the role of who comes without an invitation (researcher)
  ASSAY_OIDC_LINK         email: who has an account here is recognised by a verified address (never)
  ASSAY_TRUSTED_PROXIES   addresses and ranges of proxies whose X-Forwarded-For is believed, separated by commas (unset:
                          none; who is at the other end of the connection counts)
  ASSAY_AUDIT_KEY         the Ed25519 private key, in PEM, that signs checkpoints of the audit trail; the same for every
                          worker (unset: made once and kept in ASSAY_AUDIT_KEY_FILE, audit-key.pem in the data folder)
  ASSAY_CHECKPOINT_DIR    where checkpoints are written, to be kept elsewhere (unset: checkpoints in the data folder)
  ASSAY_CHECKPOINT_SECONDS  between two checkpoints (600)
  ASSAY_ADMIN_USERNAME    the first administrator, created when nobody is there yet (unset: serve prints a link
  ASSAY_ADMIN_PASSWORD    with which the first administrator is created; both or neither)

  What a request may cost; one that goes over is refused with an error that names the limit:

  ASSAY_MAX_FILE_BYTES        of one file (53687091200, which is 50 GiB)
  ASSAY_MAX_REQUEST_BYTES     of one upload request, all its files together (twice the above)
  ASSAY_MAX_FILES             files of one upload request (10000)
  ASSAY_MAX_FIELDS            text fields of one upload request (12000)
  ASSAY_MAX_FIELD_BYTES       of one text field (65536)
  ASSAY_MAX_HEADER_BYTES      of a request's headers (16384)
  ASSAY_MIN_FREE_BYTES        of the store's disk that uploads leave free (1073741824, which is 1 GiB)
  ASSAY_IDLE_SECONDS          for which a client may send nothing, or read nothing of its answer (60)
  ASSAY_MIN_BYTES_PER_SECOND  that a sender keeps up, averaged over a minute of waiting for it (1024)

  What models may make of one object:

  ASSAY_MAX_DERIVATION_DEPTH  steps from an uploaded object within which models get what other models made (4)
  ASSAY_MAX_FAN_OUT           objects of one answer that other models get; the rest is kept, and skipped (500)
  ASSAY_MAX_EMITTED_OBJECTS   objects of one answer; one with more is the model's fault (2000)
  ASSAY_MAX_EMITTED_BYTES     of one answer's objects together (21474836480, which is 20 GiB)

Examples:

  PORT=8080 assay serve
  ASSAY_ADMIN_USERNAME=ada ASSAY_ADMIN_PASSWORD=... assay serve
  ASSAY_STORAGE_URL='s3://evidence?endpoint=http://10.0.0.8:9000' assay serve
  ASSAY_BUNDLED_MODELS=image_shape,ner_text ASSAY_MODEL_URLS=http://10.0.0.7:9000 assay serve

In a checkout, "npm start" is assay serve, and "npm run -s assay -- ARGS" is assay ARGS.`;

/** What `assay verify --help` says below the options. */
export const verifyHelp = `
Checks, beside a running Assay or alone:

  chain    each record of the audit trail has its place, and its hash covers it and the hash before; the checkpoints in the
           database and in the folder are signed, and are of this chain
  results  each prediction that ended is, to the letter, what was sealed when it ended
  objects  the bytes of each object in the store have its SHA-256

The database and the store are those of the configuration (assay --help). With --records, only a file that assay audit export
wrote is checked, with the checkpoints: no database is needed.

Who signed the checkpoints: with --public-key (may be repeated) only these keys count; otherwise the one in the data folder or
ASSAY_AUDIT_KEY does.

With --json each line is {kind, name, message}; the last is {summary: {...}}.

Exit codes: 0 all is as it was, 1 something is wrong and was named, 2 nothing could be checked, 130 interrupted.

Examples:

  assay verify
  assay verify --only objects --rate 20MB --resume
  assay audit export > trail.jsonl && assay verify --records trail.jsonl --checkpoints /mnt/kept/checkpoints`;

/** What `assay ingest --help` says below the options. */
export const ingestHelp = `
Sign-in comes from the environment, where other users of this machine do not see it, or is asked for on a terminal:

  ASSAY_API_KEY     a key with the scope upload, from the page API keys
  ASSAY_TOKEN       in the place of a key: what signing in answers in the header set-auth-token
  ASSAY_USERNAME    together with ASSAY_PASSWORD, in the place of a key
  ASSAY_PASSWORD
  ASSAY_URL         where Assay runs; --url goes before it

What is taken: every file, hidden ones too. Symbolic links within folders are not followed; they, sockets, devices and
pipes are listed as skipped. Empty files, files of no media type and files that can't be read are listed, and the rest
goes on. Files are hashed first (SHA-256): what the server has is linked to the run without its bytes.

It is safe to run again after an interruption, with the same command: only what is not in yet is sent, and a file of
more than 32 MiB goes on where it broke off. Which ones did is kept in XDG_STATE_HOME (~/.local/state), under assay.

With --json each line is {path, state, size, sha256, mediaType, mime, mismatch, error}; state is stored, known, refused,
failed or skipped. The last line is {summary: {...}}, with counts by state, by media type and by reason.

Exit codes: 0 all files are in, 1 some were refused or failed and are listed, 2 nothing could be done, 130 interrupted.

Examples:

  ASSAY_API_KEY=assay_... assay ingest /evidence/case-7 --models all
  assay ingest /evidence/case-7 --models all --case 'Harbour 12'
  assay ingest phone/ disk.img-files/ --models face_detect,ner_text --exclude '*.tmp' --json > case-7.jsonl`;
