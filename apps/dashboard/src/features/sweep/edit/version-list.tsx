'use client';
/** Every version of the sweep's definition: what was changed, when, by whom and why; each one's text on request. */
import { SweepVersionsDocument } from '@plumage/api-client/operations';
import Link from 'next/link';
import { useEffect } from 'react';
import { Problem } from '../../../design/notice.tsx';
import { Section } from '../../../design/page-head.tsx';
import { TableSkeleton } from '../../../design/skeletons.tsx';
import { Ago } from '../../../design/time.tsx';
import { sayError } from '../../../graph/say-error.ts';
import { usePageQuery } from '../../../graph/use-page-query.ts';
import type { Sweep } from '../sweep.page.tsx';
import sweepStyles from '../sweep.module.css';
import styles from './edit.module.css';

export const VersionList = ({ sweep }: { readonly sweep: Sweep }) => {
  const { data, error, refresh } = usePageQuery(SweepVersionsDocument, { id: sweep.id });
  const versions = data?.sweep?.versions;
  const isOld = versions !== undefined && versions[0]?.version !== sweep.version;
  useEffect(() => {
    if (isOld) refresh();
  }, [isOld, sweep.version, refresh]);
  return (
    <Section
      title="Definition"
      aside={<Link href={`/sweeps/new?from=${sweep.id}`}>Start a sweep from this definition</Link>}
    >
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {versions === undefined && <TableSkeleton rows={2} />}
      <ul className={styles.versions} aria-label="Versions, newest first">
        {versions?.map((one) => (
          <li key={one.version}>
            <span className={styles.versionHead}>
              <b>Version {one.version}</b>
              <Ago at={one.createdAt} />
              {one.byName !== null && <span>by {one.byName}</span>}
            </span>
            {one.changes.length > 0 && (
              <ul className={styles.changes}>
                {one.changes.map((change) => (
                  <li key={change}>{change}</li>
                ))}
              </ul>
            )}
            {one.note !== null && one.note !== '' && <p>“{one.note}”</p>}
            <details open={one.version === sweep.version}>
              <summary>Text of version {one.version}</summary>
              <pre
                className={sweepStyles.source}
                tabIndex={0}
                aria-label={`Definition, version ${one.version}`}
              >
                {one.source}
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </Section>
  );
};
