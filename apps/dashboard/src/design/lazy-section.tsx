'use client';
/** A part of a page that is made when one scrolls to it; until then, and without a jump, a block of its height. */
import { type ReactNode, useRef } from 'react';
import { Section } from './page-head.tsx';
import { BlockSkeleton } from './skeletons.tsx';
import { useSeen } from './use-seen.ts';

export const LazySection = (props: {
  readonly title: string;
  readonly aside?: ReactNode;
  /** About how high it will be, in CSS pixels. */
  readonly height: number;
  readonly children: () => ReactNode;
}) => {
  const host = useRef<HTMLDivElement>(null);
  const seen = useSeen(host);
  return (
    <Section title={props.title} aside={props.aside}>
      <div ref={host} style={{ minHeight: seen ? undefined : props.height }}>
        {seen ? props.children() : <BlockSkeleton height={props.height} />}
      </div>
    </Section>
  );
};
