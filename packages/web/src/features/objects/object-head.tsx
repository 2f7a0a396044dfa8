import { showFileName } from '@assay/shared';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../../lib/format.ts';
import { addressContent, canPlaySound, canPlayVideo, canShowImage } from '../../lib/object-address.ts';
import { toggleReveal, useRevealed } from '../../lib/reveal.ts';
import { Chip } from '../../ui/chip.tsx';
import { BackIcon } from '../../ui/icons.ts';
import { MismatchChip } from '../../ui/mismatch-chip.tsx';
import type { FoundObject } from './file-facts.tsx';
import { listBoxes } from './marks-of.ts';
import css from './object.module.css';

interface ObjectHeadProps {
  object: FoundObject;
  name: string;
  place: { run: string; index: number; of: number } | null;
  boxesShown: boolean;
  toggleBoxes: () => void;
}

export function ObjectHead({ object, name, place, boxesShown, toggleBoxes }: ObjectHeadProps) {
  const { sha256, mime, mediaType, predictions } = object;
  const own = object.falseNames.find(({ fileName }) => fileName === name)?.mismatch;
  const mismatch = own ?? object.mismatch;
  const revealed = useRevealed(sha256);
  const visual = canShowImage(mime) || canPlayVideo(mime);
  const inline = visual || canPlaySound(mime);
  return (
    <div className={css.head}>
      {place && (
        <Link
          to="/runs/$runId"
          params={{ runId: place.run }}
          className="dim row"
          style={{ gap: 4, textDecoration: 'none' }}
          title="Back to the run"
        >
          <BackIcon size={14} aria-hidden />
          {formatCount(place.index + 1)} of {formatCount(place.of)}
        </Link>
      )}
      <h1 className={`clip ${css.title}`} title={showFileName(name)} dir="auto">
        {showFileName(name.split('/').at(-1) ?? '')}
      </h1>
      {mismatch ? <MismatchChip mismatch={mismatch} also={!own} /> : <Chip>{mime}</Chip>}
      <span className="push" />
      {mediaType === 'image' && !object.deletion && listBoxes(predictions).length > 0 && (
        <Button aria-pressed={boxesShown} onClick={toggleBoxes} rightSection={<kbd>b</kbd>}>
          {boxesShown ? 'Hide boxes' : 'Show boxes'}
        </Button>
      )}
      {visual && !object.deletion && (
        <Button aria-pressed={revealed} onClick={() => toggleReveal(sha256)} rightSection={<kbd>Space</kbd>}>
          {revealed ? 'Hide' : 'Reveal'}
        </Button>
      )}
      {!object.deletion && <Original hash={sha256} name={name} inline={inline} />}
    </div>
  );
}

function Original({ hash, name, inline }: { hash: string; name: string; inline: boolean }) {
  return (
    <Button
      component="a"
      href={addressContent(hash)}
      {...(inline ? { target: '_blank', rel: 'noreferrer' } : { download: name.split('/').at(-1) })}
    >
      {inline ? 'Open original' : 'Download'}
    </Button>
  );
}
