'use client';
/** Home. Its heart is what the agents made lately; beside it what runs now and which sweeps are open. */
import { useMediaQuery } from '@mantine/hooks';
import {
  OnRunChangedDocument,
  OnSampleAddedDocument,
  OverviewDocument,
} from '@plumage/api-client/operations';
import Link from 'next/link';
import { ContactSheet } from '../../design/contact-sheet.tsx';
import { LinkButton } from '../../design/link-button.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { StartAgent } from '../../design/start-agent.tsx';
import { sayError } from '../../graph/say-error.ts';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { countsLine } from './counts-line.ts';
import { NowRunning, OpenSweeps } from './now.tsx';
import styles from './overview.module.css';

export const OverviewPage = () => {
  const { data, error, refresh } = usePageQuery(OverviewDocument, {}, { refreshMs: 2_000, pollMs: 15_000 });
  const narrow = useMediaQuery('(max-width: 720px)') ?? false;
  useLive(OnSampleAddedDocument, {}, refresh);
  useLive(OnRunChangedDocument, {}, refresh);

  const samples = data?.recent.edges.map((edge) => edge.node) ?? [];
  const sweeps = data?.sweeps.edges.map((edge) => edge.node) ?? [];
  const running = data?.active.edges.map((edge) => edge.node) ?? [];
  const noSweep = data !== undefined && sweeps.length === 0;
  const noAgent = data !== undefined && data.overview.agentsOnline === 0;
  return (
    <>
      <PageHead title="Overview" about={data === undefined ? ' ' : countsLine(data.overview)}>
        <LinkButton href="/sweeps/new">New sweep</LinkButton>
      </PageHead>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      <div className={styles.columns}>
        <section aria-label="Newest pictures" className={styles.pictures}>
          {data !== undefined && samples.length === 0 ? (
            <Empty title="No pictures yet">
              {noSweep ? (
                <p>
                  <Link href="/sweeps/new">Define a sweep</Link>: its runs are trained by your agents, and the
                  pictures that they make appear here.
                </p>
              ) : (
                <p>The first ones appear here as soon as a run reaches its first picture grid.</p>
              )}
              {noAgent && <StartAgent />}
            </Empty>
          ) : (
            <ContactSheet
              samples={samples}
              cell={narrow ? 64 : 128}
              hint={pictureHint(data?.overview.samplesLastHour)}
              loading={48}
            />
          )}
        </section>
        <aside className={styles.aside}>
          <NowRunning runs={running} known={data !== undefined} agents={data?.overview.agentsOnline ?? 0} />
          <OpenSweeps sweeps={sweeps} known={data !== undefined} />
        </aside>
      </div>
    </>
  );
};

const pictureHint = (lastHour: number | undefined): string => {
  if (lastHour === undefined) return 'Newest pictures';
  return lastHour === 0
    ? 'Newest pictures, newest first'
    : `Newest pictures; ${lastHour.toLocaleString('en-US')} in the last hour`;
};
