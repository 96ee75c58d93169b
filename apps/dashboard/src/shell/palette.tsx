'use client';
/** Ctrl K: goes to a page, a sweep or a run by a few letters of its name. */
import { SearchEverythingDocument, type SearchEverythingQuery } from '@plumage/api-client/operations';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { Dialog } from '../design/dialog.tsx';
import styles from './palette.module.css';
import { places } from './places.ts';

interface Hit {
  readonly href: string;
  readonly name: string;
  readonly kind: string;
}

const hitsFor = (text: string, found: SearchEverythingQuery | undefined): Hit[] => {
  const wanted = text.trim().toLowerCase();
  const named = (name: string): boolean => name.toLowerCase().includes(wanted);
  const pages = [...places, { href: '/sweeps/new', name: 'New sweep' }].filter((place) => named(place.name));
  const sweeps = (found?.sweeps.edges ?? []).map((edge) => edge.node).filter((sweep) => named(sweep.name));
  const runs = (found?.runs.edges ?? []).map((edge) => edge.node);
  return [
    ...pages.map(({ href, name }) => ({ href, name, kind: 'page' })),
    ...sweeps.slice(0, 6).map((sweep) => ({ href: `/sweeps/${sweep.id}`, name: sweep.name, kind: 'sweep' })),
    ...runs.map((run) => ({ href: `/runs/${run.id}`, name: run.name, kind: `run of ${run.sweep.name}` })),
  ];
};

const PaletteBody = ({ onClose }: { readonly onClose: () => void }) => {
  const router = useRouter();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [{ data }] = useQuery({ query: SearchEverythingDocument, variables: { text } });
  const hits = useMemo(() => hitsFor(text, data), [text, data]);
  const at = Math.min(chosen, Math.max(0, hits.length - 1));
  const go = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    onClose();
    router.push(hit.href);
  };
  return (
    <>
      <input
        className={styles.input}
        placeholder="Go to a page, a sweep, a run"
        aria-label="Search"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-hits"
        aria-activedescendant={hits.length > 0 ? `palette-hit-${at}` : undefined}
        value={text}
        autoFocus
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setChosen(Math.min(hits.length - 1, at + 1));
          else if (event.key === 'ArrowUp') setChosen(Math.max(0, at - 1));
          else if (event.key === 'Enter') go(hits[at]);
          else return;
          event.preventDefault();
        }}
      />
      <div id="palette-hits" className={styles.hits} role="listbox" aria-label="Results">
        {hits.map((hit, i) => (
          <div
            key={hit.href}
            id={`palette-hit-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            className={styles.hit}
            onMouseMove={() => setChosen(i)}
            onClick={() => go(hit)}
            onKeyDown={() => undefined}
          >
            <span>{hit.name}</span>
            <span className="quiet">{hit.kind}</span>
          </div>
        ))}
        {hits.length === 0 && <p className={styles.none}>Nothing is called “{text}”.</p>}
      </div>
    </>
  );
};

export const Palette = ({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) => (
  <Dialog opened={opened} onClose={onClose} label="Search" kind="palette">
    <PaletteBody onClose={onClose} />
  </Dialog>
);
