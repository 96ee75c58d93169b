'use client';
/** Every picture that was made, newest first, filtered by its caption, its sweep and its step. */
import { useMediaQuery } from '@mantine/hooks';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useRef } from 'react';
import { ContactSheet } from '../../design/contact-sheet.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { sayError } from '../../graph/say-error.ts';
import { GalleryFilters } from './gallery-filters.tsx';
import { type GalleryFilter, readFilter, toSampleFilter, writeFilter } from './gallery-filter.ts';
import { useGallery } from './use-gallery.ts';

const nearEndPx = 1_200;

/** Calls `onNear` while the returned element is near the window. */
const useNearEnd = (onNear: () => void) => {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((one) => one.isIntersecting) && onNear(),
      {
        rootMargin: `0px 0px ${nearEndPx}px 0px`,
      },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [onNear]);
  return end;
};

const Pictures = ({ filter }: { readonly filter: GalleryFilter }) => {
  const wanted = useMemo(() => toSampleFilter(filter), [filter]);
  const { samples, known, total, error, hasMore, loadMore } = useGallery(wanted);
  const narrow = useMediaQuery('(max-width: 720px)') ?? false;
  const end = useNearEnd(loadMore);
  const filtered = Object.keys(wanted).length > 0;
  return (
    <>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {known && samples.length === 0 ? (
        <Empty title={filtered ? 'No picture matches' : 'No pictures yet'}>
          {filtered
            ? 'Widen the filter.'
            : 'Each run draws a grid of pictures as it is trained; they are collected here.'}
        </Empty>
      ) : (
        <ContactSheet
          samples={samples}
          cell={narrow ? 64 : 128}
          hint={known ? `${total.toLocaleString('en-US')} pictures, newest first` : ' '}
          loading={48}
        />
      )}
      <div ref={end} aria-hidden="true">
        {hasMore ? ' ' : ''}
      </div>
    </>
  );
};

export const GalleryPage = () => {
  const router = useRouter();
  const query = useSearchParams().toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(query)), [query]);
  const change = (next: GalleryFilter): void => {
    const text = writeFilter(next);
    router.replace(text === '' ? '/gallery' : `/gallery?${text}`, { scroll: false });
  };
  return (
    <>
      <PageHead title="Gallery" />
      <GalleryFilters filter={filter} onChange={change} />
      <Pictures key={query} filter={filter} />
    </>
  );
};
