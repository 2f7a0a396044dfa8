export interface FoundFile {
  file: File;
  path: string;
}

const normalise = (path: string) => path.replace(/^(?:\.?\/)+/, '');

export const listFiles = (files: Iterable<File>): FoundFile[] =>
  [...files].map((file) => ({ file, path: normalise(file.webkitRelativePath || file.name) }));

const readFile = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** A folder gives its entries a hundred at a time. */
async function* readFolder(entry: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = entry.createReader();
  while (true) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    yield* entries;
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function* walk(entry: FileSystemEntry): AsyncGenerator<FoundFile> {
  if (isFile(entry)) yield { file: await readFile(entry), path: normalise(entry.fullPath) };
  else if (isFolder(entry)) for await (const inner of readFolder(entry)) yield* walk(inner);
}

const batchSize = 200;

/** Everything in a drop, folders walked, a batch at a time so that the table fills while a large folder is read. */
export async function readDropped(transfer: DataTransfer, take: (files: FoundFile[]) => void): Promise<void> {
  // The list of a drop is empty after the first await: entries first.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return take(listFiles(transfer.files));
  let batch: FoundFile[] = [];
  for (const entry of entries) {
    for await (const found of walk(entry)) {
      batch.push(found);
      if (batch.length < batchSize) continue;
      take(batch);
      batch = [];
    }
  }
  if (batch.length > 0) take(batch);
}
