/** What `assay models check --help` says below the options. */
export const checkHelp = `
What is tried: the manifest and health, a good object, one of another type, an empty one, the first half of one, one above
limits.maxBytes, twice limits.concurrency at once, a slow line, the same prediction twice, twenty damaged objects, and
callers who go away. docs/model-protocol.md is the protocol. Whatever the model keeps of what it is sent, it keeps: check
one that is not at work.

Exit codes: 0 nothing failed, 1 something failed and is listed with what to mend, 2 nobody answers there or the command is
not right.

Examples:

  assay models check http://localhost:8000
  assay models check http://10.0.0.7:9000 --sample dog.jpg --timeout 300 --json > report.json`;

/** What `assay models serve-folder --help` says below the options. */
export const serveFolderHelp = `
The folder stays as it is. What its requirements.txt asks for is installed once, into a virtual environment of its own
that is kept in node_modules/.cache/assay/python until requirements.txt changes; pip's own settings hold for that
(PIP_INDEX_URL, PIP_FIND_LINKS ...). Python 3.10 or newer has to be there as python3.

  config.py   model_name, model_type (image, video, audio or text); optional: model_tags (a text with commas) and
              model_version (such as 1.2.0; without it the version follows from the folder's content)
  model.py    init(), and predict(name) -> {"classes": [...], "result": {...}}, which gets the name of a file in the
              working directory /app/objects, or, for text, the text

Where /app/objects can't be made the model works in the folder for temporary files, and is told so.

Exit codes: 0 stopped, 1 the model ended, 2 it could not be started.

Examples:

  assay models serve-folder ./nudity-detector --port 8000
  ASSAY_MODEL_URLS=http://127.0.0.1:8000 assay serve`;

/** What `assay models new --help` says below the options. */
export const newHelp = `
The folder is made in models/ of this checkout, because the kits are not in a registry: a model elsewhere, or in another
language, needs nothing but docs/model-protocol.md. docs/models.md leads from here to the first prediction.

node     TypeScript, on models/kit-node; its packages are linked
python   Python 3.10 or newer, on models/kit-python; its requirements.txt is installed into a virtual environment

Exit codes: 0 made, 1 made, but its packages could not be brought, 2 not made: the name or an option is not right, or the
folder is there already.

Examples:

  assay models new dog_breeds --accepts image
  assay models new dog_breeds --accepts image,video --lang python`;
