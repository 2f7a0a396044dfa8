import { makeUuid } from '../../lib/make-uuid.ts';
import { createKeptStore, readKept } from '../../lib/store.ts';

/** A resumable upload that was begun. The browser can't keep its file, only what it is recognised by. */
export interface BegunUpload {
  /** Path on the server. */
  url: string;
  path: string;
  size: number;
  /** Of the file, milliseconds since 1970. */
  lastModified: number;
  models: readonly string[];
  run: string;
  /** The id of the case that it is for; absent: the private one. */
  case?: string | undefined;
  /** The tab that sends it, and when it last did: milliseconds since 1970. */
  tab: string;
  seenAt: number;
}

const key = 'assay.begun';
const day = 24 * 60 * 60 * 1000;
/** A tab that has sent nothing for this long is gone, or its line is. */
const silence = 15_000;

const isText = (value: unknown): value is string => typeof value === 'string';
const isBegun = (kept: unknown): kept is BegunUpload => {
  const begun = kept as Partial<BegunUpload> | null;
  return (
    [begun?.url, begun?.path, begun?.run, begun?.tab].every(isText) &&
    (begun?.case === undefined || isText(begun.case)) &&
    [begun?.size, begun?.lastModified, begun?.seenAt].every((value) => typeof value === 'number') &&
    Array.isArray(begun?.models) &&
    begun.models.every(isText)
  );
};
const areBegun = (kept: unknown): kept is readonly BegunUpload[] => Array.isArray(kept) && kept.every(isBegun);

export const begunUploads = createKeptStore<readonly BegunUpload[]>(key, [], areBegun);

window.addEventListener('storage', (event) => {
  if (event.key === key) begunUploads.set(readKept(key, [], areBegun));
});

/** Other tabs keep theirs in the same place. What is older than a day has expired on the server. */
function change(alter: (all: readonly BegunUpload[]) => readonly BegunUpload[]): void {
  const young = readKept(key, [], areBegun).filter(({ seenAt }) => Date.now() - seenAt < day);
  begunUploads.set(alter(young));
}

/** The same through a reload, another one in another tab. */
const tab = (() => {
  const kept = sessionStorage.getItem('assay.tab') ?? makeUuid();
  sessionStorage.setItem('assay.tab', kept);
  return kept;
})();

export type BegunFacts = Omit<BegunUpload, 'tab' | 'seenAt'>;

/** Remembers an upload, as sent by this tab now. */
export const rememberBegun = (begun: BegunFacts): void =>
  change((all) => [...all.filter(({ url }) => url !== begun.url), { ...begun, tab, seenAt: Date.now() }]);

export const forgetBegun = (gone: string): void => change((all) => all.filter(({ url }) => url !== gone));

/** Whether no open tab is sending it. */
export const isInterrupted = (begun: BegunUpload): boolean => begun.tab === tab || Date.now() - begun.seenAt > silence;

export const isSameFile = (begun: BegunFacts, file: File): boolean =>
  begun.path.split('/').at(-1) === file.name && begun.size === file.size && begun.lastModified === file.lastModified;
