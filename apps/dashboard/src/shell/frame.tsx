'use client';
/** The frame around every page: navigation, search, whether the page is live, the theme. */
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Feather, Icon } from '../design/icon.tsx';
import { useConnectionState } from '../graph/connection-state.ts';
import styles from './frame.module.css';
import { Palette } from './palette.tsx';
import { isIn, places } from './places.ts';
import { ShortcutList } from './shortcut-list.tsx';
import { ThemeButton } from './theme-button.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const LiveMark = () => {
  const state = useConnectionState();
  const said = state === 'lost' ? 'Reconnecting' : state === 'live' ? 'Live' : '';
  return (
    <span className={styles.live} data-state={state} role="status">
      {said}
    </span>
  );
};

/** On a narrow page the navigation is a strip that scrolls: the current place is kept in sight. */
const Navigation = ({ path }: { readonly path: string }) => {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = strip.current?.querySelector<HTMLElement>(`a[aria-current='page']`);
    if (strip.current && current) strip.current.scrollLeft = current.offsetLeft - 48;
  }, [path]);
  return (
    <nav ref={strip} className={styles.nav} aria-label="Pages">
      {places.map((place) => (
        <Link
          key={place.href}
          href={place.href}
          className={styles.place}
          aria-current={isIn(place, path) ? 'page' : undefined}
        >
          <Icon name={place.icon} />
          {place.name}
        </Link>
      ))}
      <a href="/explorer" className={styles.place}>
        <Icon name="explorer" />
        GraphQL
      </a>
    </nav>
  );
};

export const Frame = ({ children }: { readonly children: ReactNode }) => {
  const path = usePathname();
  const [overlay, setOverlay] = useState<'search' | 'shortcuts' | null>(null);
  useShortcuts({ onSearch: () => setOverlay('search'), onList: () => setOverlay('shortcuts') });
  if (path === '/sign-in') return <main className={styles.alone}>{children}</main>;
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        Skip to content
      </a>
      <header className={styles.side}>
        <div className={styles.brandRow}>
          <Link href="/" className={styles.brand}>
            <Feather />
            Plumage
          </Link>
          <span className={styles.tools}>
            <ThemeButton />
          </span>
        </div>
        <button type="button" className={styles.search} onClick={() => setOverlay('search')}>
          <Icon name="search" size={14} />
          <span>Search</span>
          <kbd>Ctrl K</kbd>
        </button>
        <Navigation path={path} />
        <div className={styles.foot}>
          <LiveMark />
          <button type="button" className={styles.hint} onClick={() => setOverlay('shortcuts')}>
            <kbd>?</kbd> shortcuts
          </button>
        </div>
      </header>
      <main id="content" className={styles.content} tabIndex={-1}>
        {children}
      </main>
      <Palette opened={overlay === 'search'} onClose={() => setOverlay(null)} />
      <ShortcutList opened={overlay === 'shortcuts'} onClose={() => setOverlay(null)} />
    </div>
  );
};
