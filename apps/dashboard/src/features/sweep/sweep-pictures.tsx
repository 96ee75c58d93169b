'use client';
import { GalleryDocument, OnSampleAddedDocument } from '@plumage/api-client/operations';
import Link from 'next/link';
import { ContactSheet } from '../../design/contact-sheet.tsx';
import { Section } from '../../design/page-head.tsx';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';

const cell = 128;

/** The newest pictures of the sweep's runs. */
export const SweepPictures = ({ sweepId }: { readonly sweepId: string }) => {
  const filter = { sweepId };
  const { data, refresh } = usePageQuery(GalleryDocument, { first: 24, filter }, { refreshMs: 2_000 });
  useLive(OnSampleAddedDocument, { filter }, refresh);
  const samples = data?.samples.edges.map((edge) => edge.node) ?? [];
  const none = data !== undefined && samples.length === 0;
  return (
    <Section
      title="Newest pictures"
      aside={<Link href={`/gallery?sweep=${sweepId}`}>All of them in the gallery</Link>}
    >
      <ContactSheet
        samples={samples}
        cell={cell}
        rows={2}
        hint={
          none
            ? 'None yet: the first come with a run’s first picture grid.'
            : 'Point at a picture to see what it is.'
        }
        loading={none ? 0 : 14}
      />
    </Section>
  );
};
