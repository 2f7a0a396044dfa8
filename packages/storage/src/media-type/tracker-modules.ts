import { hasAt, latin1 } from './bytes.ts';
import { audio, type DetectedType } from './finding.ts';

/** The tag of a MOD at 1080: ProTracker and its followers, by the number of channels. */
const modTag =
  /^(M\.K\.|M!K!|M&K!|N\.T\.|FLT[48]|CD[68]1|OCTA|OKTA|FA0[468]|[1-9]CHN|[0-3]\dC[HN]|TDZ[1-9]|NSMS|LARD|PATT|\.M\.K|FEST)$/;

/** Trackers' modules: what stands where, and the extension that gives the type its name. */
const marks: [offset: number, mark: string, name: string][] = [
  [0, 'Extended Module: ', 'xm'],
  [44, 'SCRM', 's3m'],
  [0, 'IMPM', 'it'],
  [0, 'tpm.', 'it'],
  [0, 'MTM\x10', 'mtm'],
  [0, 'MMD0', 'med'],
  [0, 'MMD1', 'med'],
  [0, 'MMD2', 'med'],
  [0, 'MMD3', 'med'],
  [0, 'OKTASONG', 'okt'],
  [20, '!Scream!\x1a', 'stm'],
  [20, 'BMOD2STM\x1a', 'stm'],
  [0, 'MAS_UTrack_V00', 'ult'],
  [0, 'FAR\xfe', 'far'],
  [0, 'DBM0', 'dbm'],
  [0, 'DIGI Booster module\0', 'digi'],
  [44, 'PTMF', 'ptm'],
  [0, 'PSM ', 'psm'],
  [0, 'PSM\xfe', 'psm'],
  [0, 'GDM\xfe', 'gdm'],
  [60, 'IM10', 'imf'],
  [0, 'ASYLUM Music Format', 'amf'],
  [0, 'DMDL', 'mdl'],
  [0, 'DDMF', 'dmf'],
  [0, 'AMS', 'ams'],
  [0, 'Extreme', 'ams'],
  [0, 'ziRCONia', 'mmcmp'],
  [0, 'RAD by REALiTY!!', 'rad'],
  [0, '_A2module_', 'a2m'],
  [1464, 'MTN\0', 'mtn'],
];

export function detectModule(head: Uint8Array): DetectedType | undefined {
  const found = marks.find(([offset, mark]) => hasAt(head, offset, mark));
  if (found) return audio(`audio/x-${found[2]}`);
  return modTag.test(latin1(head, 1080, 4)) && hasSamples(head) ? audio('audio/x-mod') : undefined;
}

/** A MOD's 31 samples have a fine-tune of 4 bits and a volume of at most 64, and the song 1 to 128 positions. */
function hasSamples(head: Uint8Array): boolean {
  for (let n = 0; n < 31; n++) {
    const sample = 20 + n * 30;
    if ((head[sample + 24] ?? 0) > 15 || (head[sample + 25] ?? 0) > 64) return false;
  }
  const positions = head[950] ?? 0;
  return positions >= 1 && positions <= 128;
}
