import { anyHashSchema, completeAt, parseSearch } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useShortcuts } from '../lib/shortcuts.ts';
import { type Answers, trpc } from '../lib/trpc.ts';
import css from './search-box.module.css';

type Suggestion = Answers['objects']['suggest'][number];

/** What the address says is searched for. */
function useAddressedQuery(): string {
  return useLocation({
    select: ({ pathname, search }) => (pathname === '/objects' ? ((search as { q?: string }).q ?? '') : ''),
  });
}

/** Of what could stand at the caret; nothing while the box is not in use. */
function useSuggestions(text: string, caret: number | null) {
  const completion = caret === null ? null : completeAt(text, caret);
  const asked = { of: completion?.of ?? null, prefix: completion?.prefix.slice(0, 200) ?? '' };
  const enabled = completion !== null && (asked.of !== null || asked.prefix !== '');
  const { data } = useQuery(trpc.objects.suggest.queryOptions(asked, { enabled, staleTime: 30_000 }));
  const found = enabled ? (data ?? []) : [];
  return { completion, suggestions: found.filter(({ text: each }) => each !== asked.prefix) };
}

export function SearchBox() {
  const addressed = useAddressedQuery();
  const [text, setText] = useState(addressed);
  const [caret, setCaret] = useState<number | null>(null);
  const [chosen, setChosen] = useState(-1);
  const [failedAt, setFailedAt] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const id = useId();
  useEffect(() => setText(addressed), [addressed]);
  useShortcuts([{ keys: '/', does: 'Search objects', run: () => field.current?.focus() }]);
  const { completion, suggestions } = useSuggestions(text, caret);
  const parsed = parseSearch(text);
  const fault = !parsed.ok && failedAt === text ? parsed.fault : null;
  const isOpen = caret !== null && suggestions.length > 0 && fault === null;

  const put = (next: string, at: number) => {
    setText(next);
    setChosen(-1);
    setCaret(at);
    requestAnimationFrame(() => field.current?.setSelectionRange(at, at));
  };
  const take = ({ text: word, kind }: Suggestion) => {
    if (!completion) return;
    const added = `${word}${kind === 'field' || kind === 'class' ? ' = ' : ' '}`;
    put(
      text.slice(0, completion.start) + added + text.slice(completion.end).trimStart(),
      completion.start + added.length,
    );
    field.current?.focus();
  };
  const search = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.ok) {
      setFailedAt(text);
      field.current?.setSelectionRange(parsed.fault.start, parsed.fault.end);
      return;
    }
    setCaret(null);
    field.current?.blur();
    const hash = anyHashSchema.safeParse(text.trim());
    if (hash.success) {
      // What is typed next is another search, not more of this hash.
      setText(addressed);
      void navigate({ to: '/objects/$hash', params: { hash: hash.data } });
    } else void navigate({ to: '/objects', search: ({ sort, as }) => ({ sort, as, q: text.trim() || undefined }) });
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = suggestions.length - 1;
    if (event.key === 'Escape') {
      if (isOpen) setCaret(null);
      else event.currentTarget.blur();
    } else if (!isOpen) return;
    else if (event.key === 'ArrowDown') setChosen(chosen >= last ? 0 : chosen + 1);
    else if (event.key === 'ArrowUp') setChosen(chosen <= 0 ? last : chosen - 1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && suggestions[chosen]) take(suggestions[chosen]);
    else return;
    event.preventDefault();
  };
  const noteCaret = () => setCaret(field.current?.selectionStart ?? null);
  return (
    <search className={css.box}>
      <form onSubmit={search}>
        <input
          ref={field}
          type="text"
          role="combobox"
          className={css.field}
          value={text}
          placeholder="Search objects: a word, a hash, type = image…"
          aria-label="Search objects"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-invalid={fault !== null}
          aria-describedby={fault ? `${id}-fault` : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={({ target }) => {
            setText(target.value);
            setChosen(-1);
            setCaret(target.selectionStart);
          }}
          onPaste={(event) => {
            // A list of hashes comes in lines; a field of one line would join them.
            const pasted = event.clipboardData.getData('text');
            if (!/[\r\n]/.test(pasted)) return;
            event.preventDefault();
            const { selectionStart, selectionEnd } = event.currentTarget;
            const words = pasted.trim().replace(/\s+/g, ' ');
            const before = text.slice(0, selectionStart ?? 0);
            put(before + words + text.slice(selectionEnd ?? 0), before.length + words.length);
          }}
          onSelect={noteCaret}
          onBlur={() => setCaret(null)}
          onKeyDown={press}
        />
        <kbd className={css.slash} aria-hidden>
          /
        </kbd>
      </form>
      {isOpen && (
        <div id={`${id}-list`} role="listbox" aria-label="Suggestions" className={css.list}>
          {suggestions.map((suggestion, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, as in every combobox.
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
            <div
              key={suggestion.text}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === chosen}
              className={css.option}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <span className="mono">{suggestion.text}</span>
              <span className="dim small">{suggestion.does}</span>
            </div>
          ))}
        </div>
      )}
      {fault && (
        <div id={`${id}-fault`} role="alert" className={css.fault}>
          <code className={css.written}>
            {text.slice(Math.max(0, fault.start - 40), fault.start)}
            <mark>{text.slice(fault.start, fault.end) || '…'}</mark>
            {text.slice(fault.end, fault.end + 20)}
          </code>
          <p>
            {fault.message}. <span className="dim">Expected: {fault.expected}.</span>
          </p>
        </div>
      )}
    </search>
  );
}
