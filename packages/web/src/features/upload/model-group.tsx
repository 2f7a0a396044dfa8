import type { MediaType } from '@assay/shared';
import { Checkbox } from '@mantine/core';
import { useId, useState } from 'react';
import { formatCountOf, formatSeconds } from '../../lib/format.ts';
import { OpenIcon } from '../../ui/icons.ts';
import { ModelStateChip } from '../../ui/states.tsx';
import { chooseModels, type ModelListing } from './choice.ts';
import css from './model-panel.module.css';
import page from './upload.module.css';

const titles: Record<MediaType, string> = { image: 'Image', video: 'Video', audio: 'Audio', text: 'Text' };

interface ModelGroupProps {
  type: MediaType;
  models: readonly ModelListing[];
  /** Of every type: some may work on what these make. */
  all: readonly ModelListing[];
  chosen: readonly string[];
  /** How many files of this type are on the list. */
  files: number;
}

export function ModelGroup({ type, models, all: offered, chosen, files }: ModelGroupProps) {
  // Open while such files are there, until a person says otherwise.
  const [said, setSaid] = useState<boolean | null>(null);
  const open = said ?? files > 0;
  const id = useId();
  const names = models.map(({ name }) => name);
  const all = names.every((name) => chosen.includes(name));
  const count = names.filter((name) => chosen.includes(name)).length;
  return (
    <div className={`section ${css.group}`}>
      <div className={css.groupHead}>
        <button
          type="button"
          className={`${css.groupName} ${open ? '' : css.closed}`}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setSaid(!open)}
        >
          <OpenIcon size={13} aria-hidden />
          <h2>{titles[type]}</h2>
        </button>
        <span className="dim small">
          {files > 0 && `${formatCountOf(files, 'file')} · `}
          {count} of {formatCountOf(names.length, 'model')}
        </span>
        <span className="push" />
        <button type="button" className={page.link} onClick={() => chooseModels(names, !all)}>
          {all ? 'use none' : 'use all'}
          <span className="visually-hidden"> of {type}</span>
        </button>
      </div>
      <ul id={id} hidden={!open}>
        {models.map((model) => (
          <ModelWithHeirs key={model.name} model={model} offered={offered} chosen={chosen} line={[]} />
        ))}
      </ul>
    </div>
  );
}

interface ModelWithHeirsProps {
  model: ModelListing;
  offered: readonly ModelListing[];
  chosen: readonly string[];
  /** Models that its object comes from, one after the other. */
  line: readonly string[];
}

/** A model and, once it is chosen, those that can work on what it makes. */
function ModelWithHeirs({ model, offered, chosen, line }: ModelWithHeirsProps) {
  const own = [...line, model.name];
  const isChosen = chosen.includes(model.name);
  const heirs = isChosen
    ? offered.filter(({ name, accepts }) => !own.includes(name) && accepts.some((type) => model.emits.includes(type)))
    : [];
  return (
    <>
      <ModelChoice model={model} chosen={isChosen} />
      {heirs.length > 0 && (
        <li className={css.heirs}>
          <div className="small dim">
            On the {model.emits.join(' and ')} that {model.name} makes:
          </div>
          <ul aria-label={`On what ${model.name} makes`}>
            {heirs.map((heir) => (
              <ModelWithHeirs key={heir.name} model={heir} offered={offered} chosen={chosen} line={own} />
            ))}
          </ul>
        </li>
      )}
    </>
  );
}

function ModelChoice({ model, chosen }: { model: ModelListing; chosen: boolean }) {
  const id = useId();
  const { name, version, title, description, tags, state, medianSeconds } = model;
  const takesWork = state === 'ready' || state === 'busy';
  return (
    <li className={css.model}>
      <Checkbox
        size="xs"
        id={id}
        checked={chosen}
        onChange={(event) => chooseModels([name], event.currentTarget.checked)}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-about`}
      />
      <label htmlFor={id} className={css.modelText}>
        <span className="row wrap" style={{ gap: '2px 8px' }}>
          <span id={`${id}-name`} className={css.modelName} title={`${name} ${version}`}>
            {name}
          </span>
          {!takesWork && <ModelStateChip state={state} suffix=", will wait" />}
        </span>
        <span id={`${id}-about`} className="small dim" title={description}>
          {title || description}
        </span>
        {tags.length > 0 && (
          <span className={css.tags}>
            {tags.map((tag) => (
              <span key={tag} className={css.tag}>
                {tag}
              </span>
            ))}
          </span>
        )}
      </label>
      <span
        className="small dim"
        title={medianSeconds === null ? 'It has not run yet' : 'The median of what it took so far, each file'}
      >
        {medianSeconds === null ? 'not measured' : formatSeconds(medianSeconds)}
      </span>
    </li>
  );
}
