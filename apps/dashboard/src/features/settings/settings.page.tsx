'use client';
import { Button, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { SettingsDocument } from '@plumage/api-client/operations';
import { useMounted } from '@mantine/hooks';
import { Problem } from '../../design/notice.tsx';
import { PageHead, Section } from '../../design/page-head.tsx';
import { TableSkeleton } from '../../design/skeletons.tsx';
import { sayError } from '../../graph/say-error.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { KeyTable } from './key-table.tsx';
import { NewKey } from './new-key.tsx';

const signOut = async (): Promise<void> => {
  await fetch('/auth/sign-out', { method: 'POST', credentials: 'same-origin' });
  window.location.assign('/sign-in');
};

const ThemeChoice = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const mounted = useMounted();
  return (
    <SegmentedControl
      aria-label="Theme"
      value={mounted ? colorScheme : 'auto'}
      data={[
        { value: 'auto', label: 'As the system' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
      onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
    />
  );
};

export const SettingsPage = () => {
  const { data, error, refresh } = usePageQuery(SettingsDocument, {});
  const about =
    data === undefined
      ? ' '
      : `signed in as ${data.viewer.name}, ${data.viewer.role.toLowerCase()} · Plumage ${data.server.version}`;
  return (
    <>
      <PageHead title="Settings" about={about}>
        <Button onClick={() => void signOut()}>Sign out</Button>
      </PageHead>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      <Section
        title="New key"
        aside="an agent key can train and report, nothing else; a user key can do what you can"
      >
        <NewKey onCreated={refresh} />
      </Section>
      <Section title="Keys">
        {data === undefined ? (
          <TableSkeleton rows={3} />
        ) : (
          <KeyTable keys={data.apiKeys} onChanged={refresh} />
        )}
      </Section>
      <Section title="Theme">
        <ThemeChoice />
      </Section>
    </>
  );
};
