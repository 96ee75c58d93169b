'use client';
import { type ApiKeyLineFragment, RevokeApiKeyDocument } from '@plumage/api-client/operations';
import { useMemo, useState } from 'react';
import { useMutation } from 'urql';
import { ConfirmButton } from '../../design/confirm.tsx';
import { DataTable, type TableColumn } from '../../design/data-table.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { Ago } from '../../design/time.tsx';
import { sayError } from '../../graph/say-error.ts';

const standing = (key: ApiKeyLineFragment): string => {
  if (key.revokedAt !== null) return 'revoked';
  if (key.expiresAt === null) return 'valid, no end';
  return Date.parse(key.expiresAt) < Date.now() ? 'expired' : `valid until ${key.expiresAt.slice(0, 10)}`;
};

const columns = (
  revoke: (key: ApiKeyLineFragment) => void,
  busyId: string | null,
): TableColumn<ApiKeyLineFragment>[] => [
  { id: 'name', header: 'Name', width: 140, sortBy: (key) => key.name, cell: (key) => key.name },
  {
    id: 'kind',
    header: 'Kind',
    sortBy: (key) => key.kind,
    cell: (key) => (key.kind === 'AGENT' ? 'agent' : `user, ${key.role?.toLowerCase() ?? 'no role'}`),
  },
  { id: 'prefix', header: 'Begins with', cell: (key) => <code>{key.prefix}…</code> },
  { id: 'standing', header: 'Standing', sortBy: standing, cell: standing },
  {
    id: 'used',
    header: 'Last used',
    numeric: true,
    sortBy: (key) => (key.lastUsedAt === null ? null : Date.parse(key.lastUsedAt)),
    cell: (key) => <Ago at={key.lastUsedAt} />,
  },
  {
    id: 'created',
    header: 'Made',
    numeric: true,
    sortBy: (key) => Date.parse(key.createdAt),
    cell: (key) => <Ago at={key.createdAt} />,
  },
  {
    id: 'revoke',
    header: '',
    numeric: true,
    cell: (key) =>
      key.revokedAt === null && (
        <ConfirmButton
          name="Revoke"
          compact
          question={`Revoke ${key.name}?`}
          consequence="Whoever uses it is refused from the next request on. This cannot be undone."
          busy={busyId === key.id}
          onConfirm={() => revoke(key)}
        />
      ),
  },
];

export const KeyTable = (props: {
  readonly keys: readonly ApiKeyLineFragment[];
  readonly onChanged: () => void;
}) => {
  const { keys, onChanged } = props;
  const [sort, setSort] = useState({ id: 'created', descending: true });
  const [state, revoke] = useMutation(RevokeApiKeyDocument);
  const [busyId, setBusyId] = useState<string | null>(null);
  const shown = useMemo(
    () =>
      columns((key) => {
        setBusyId(key.id);
        void revoke({ input: { id: key.id } }).then(() => {
          setBusyId(null);
          onChanged();
        });
      }, busyId),
    [revoke, busyId, onChanged],
  );
  if (keys.length === 0) return <Empty title="No keys" />;
  return (
    <>
      {state.error !== undefined && <Problem>{sayError(state.error)}</Problem>}
      <DataTable
        label="Keys"
        rows={keys}
        columns={shown}
        rowId={(key) => key.id}
        sort={sort}
        onSort={setSort}
      />
    </>
  );
};
