/** Encodings of before Unicode, each with the letters that its languages use most and the share that these have in a text. */
interface Candidate {
  encoding: string;
  letters: string;
  /** Of all characters beyond ASCII. */
  share: number;
  isLatin?: boolean;
}

const cyrillic = { letters: 'оеаинтсрвлОЕАИНТСРВЛ', share: 0.62 };
const greek = { letters: 'αοιετσνηυρςόίάέήΑΟΙΕΤΣΝ', share: 0.78 };
const hebrew = { letters: 'יוהלארתבמשנ', share: 0.75 };
const arabic = { letters: 'اليمونرتبهةعد', share: 0.78 };
const thai = { letters: 'านรกอเงมยล่้ัี', share: 0.65 };
const japanese = { letters: '\u3041-\u3096\u30a1-\u30fc、。の', share: 0.5 };
const simplified = {
  letters:
    '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运，。、',
  share: 0.5,
};
const traditional = {
  letters:
    '的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運，。、',
  share: 0.5,
};
const western = { letters: 'éèêëàâçùûîïôœäöüßåøæñóíáúãõìòÉÀÇÄÖÜÅØÆÑÓÍÁÚ’“”–', share: 1, isLatin: true };
const central = { letters: 'ěščřžýáíéúůťďňąćęłńóśźżőűăâîșțđäöüŠČŘŽÁÍÉŁŚŻ', share: 1, isLatin: true };
const baltic = { letters: 'āčēģīķļņšūžąęėįųõäöüŠŽĀĒĪ', share: 1, isLatin: true };
const turkish = { letters: 'ışğüçöİŞĞÜÇÖâî', share: 1, isLatin: true };

const beyondAscii = /[^ -~\s]/gu;

/** Latin letters stand among ASCII ones, those of other scripts among their like. */
function matchLetters({ letters, isLatin }: Candidate): RegExp {
  const near = isLatin ? '[a-z]' : '[^ -~\\s]';
  return new RegExp(`(?<=${near})[${letters}]|[${letters}](?=${near})`, isLatin ? 'gi' : 'g');
}

/** Of equal ones, the first is taken. */
const candidates = (
  [
    { encoding: 'windows-1252', ...western },
    { encoding: 'windows-1250', ...central },
    { encoding: 'iso-8859-2', ...central },
    { encoding: 'windows-1254', ...turkish },
    { encoding: 'windows-1257', ...baltic },
    { encoding: 'macintosh', ...western, share: 1.1 },
    { encoding: 'windows-1251', ...cyrillic },
    { encoding: 'koi8-r', ...cyrillic },
    { encoding: 'iso-8859-5', ...cyrillic },
    { encoding: 'ibm866', ...cyrillic },
    { encoding: 'x-mac-cyrillic', ...cyrillic },
    { encoding: 'windows-1253', ...greek },
    { encoding: 'windows-1255', ...hebrew },
    { encoding: 'windows-1256', ...arabic },
    { encoding: 'iso-8859-6', ...arabic },
    { encoding: 'windows-874', ...thai },
    { encoding: 'shift_jis', ...japanese },
    { encoding: 'euc-jp', ...japanese },
    { encoding: 'gb18030', ...simplified },
    { encoding: 'big5', ...traditional },
    { encoding: 'euc-kr', letters: '\uac00-\ud7a3', share: 0.9 },
  ] as Candidate[]
).map((candidate) => ({ ...candidate, pattern: matchLetters(candidate) }));

/** So many bytes from the first one beyond ASCII on tell the encoding. */
const evidenceBytes = 4096;
/** Of the share that the letters should have. */
const leastScore = 0.6;

/** The likeliest encoding of bytes without control characters that are not UTF-8; undefined when they don't look like text. */
export function findLegacyEncoding(head: Uint8Array): string | undefined {
  const first = head.findIndex((byte) => byte >= 0x80);
  // One ASCII byte before tells whether the letter stands in a Latin word.
  const evidence = head.subarray(Math.max(0, first - 1), first + evidenceBytes);
  let best = { encoding: 'windows-1252', score: 0 };
  for (const { encoding, pattern, share } of candidates) {
    const score = scoreLetters(tryDecode(evidence, encoding), pattern) / share;
    if (Math.min(1, score) > best.score) best = { encoding, score: Math.min(1, score) };
  }
  return best.score >= leastScore || isMostlyPrintable(head) ? best.encoding : undefined;
}

/** The share of the characters beyond ASCII that fit. */
function scoreLetters(text: string | undefined, pattern: RegExp): number {
  const all = text?.match(beyondAscii)?.length ?? 0;
  return text && all > 0 ? (text.match(pattern)?.length ?? 0) / all : 0;
}

function tryDecode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined; // not this encoding
  }
}

/**
 * Text of an encoding that is not among the candidates, or line drawings: few bytes where 8-bit sets have
 * controls, or mostly ASCII, or so much without a control character that spaces divide.
 */
function isMostlyPrintable(head: Uint8Array): boolean {
  let high = 0;
  let controls = 0;
  let spaces = 0;
  for (const byte of head) {
    if (byte >= 0x80) high++;
    if (byte >= 0x80 && byte < 0xa0) controls++;
    if (byte === 0x20 || byte === 0x0a) spaces++;
  }
  if (controls <= head.length * 0.01 || high <= head.length * 0.15) return true;
  return head.length >= 256 && spaces >= head.length * 0.05;
}
