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
