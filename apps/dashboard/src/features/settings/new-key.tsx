'use client';
/** Makes a key and shows its secret once, for an agent with the whole command that uses it. */
import { Button, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import { type ApiKeyKind, CreateApiKeyDocument, type Role } from '@plumage/api-client/operations';
import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { CommandLine } from '../../design/command-line.tsx';
import { Problem } from '../../design/notice.tsx';
import { StartAgent } from '../../design/start-agent.tsx';
import { sayError } from '../../graph/say-error.ts';
import styles from './settings.module.css';

interface Made {
  readonly kind: ApiKeyKind;
  readonly name: string;
  readonly secret: string;
}

const Secret = ({ made }: { readonly made: Made }) => (
  <div className={styles.made} role="status">
    <p>
      <b>{made.name}</b> is made. Its secret is shown only now.
    </p>
    {made.kind === 'AGENT' ? (
      <StartAgent agentKey={made.secret} />
    ) : (
      <CommandLine command={made.secret} label="The new key" />
    )}
  </div>
);

export const NewKey = ({ onCreated }: { readonly onCreated: () => void }) => {
  const [kind, setKind] = useState<ApiKeyKind>('AGENT');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('EDITOR');
  const [days, setDays] = useState<number | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [nameProblem, setNameProblem] = useState<string | null>(null);
  const [state, create] = useMutation(CreateApiKeyDocument);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const trimmed = name.trim();
    setNameProblem(trimmed === '' ? 'A name, to know it by' : null);
    if (trimmed === '') return;
    const input = {
      kind,
      name: trimmed,
      ...(kind === 'USER' ? { role } : {}),
      ...(days === null ? {} : { expiresInDays: days }),
    };
    const { data } = await create({ input });
    if (data === undefined) return;
    setMade({ kind, name: trimmed, secret: data.createApiKey.secret });
    setName('');
    onCreated();
  };
  return (
    <>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <SegmentedControl
          aria-label="Kind of key"
          value={kind}
          data={[
            { value: 'AGENT', label: 'Agent' },
            { value: 'USER', label: 'User' },
          ]}
          onChange={(value) => setKind(value === 'USER' ? 'USER' : 'AGENT')}
        />
        <TextInput
          aria-label="Name of the key"
          placeholder={
            kind === 'AGENT' ? 'Name, such as the box it is for' : 'Name, such as the script it is for'
          }
          w={240}
          maxLength={100}
          error={nameProblem}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {kind === 'USER' && (
          <Select
            aria-label="Role"
            w={110}
            allowDeselect={false}
            data={[
              { value: 'VIEWER', label: 'Viewer' },
              { value: 'EDITOR', label: 'Editor' },
              { value: 'ADMIN', label: 'Admin' },
            ]}
            value={role}
            onChange={(value) => setRole(value === 'VIEWER' || value === 'ADMIN' ? value : 'EDITOR')}
          />
        )}
        <NumberInput
          aria-label="Days until it expires"
          placeholder="Days, or never"
          w={120}
          min={1}
          max={3_650}
          allowDecimal={false}
          value={days ?? ''}
          onChange={(value) => setDays(typeof value === 'number' ? value : null)}
        />
        <Button type="submit" variant="filled" loading={state.fetching}>
          Make a key
        </Button>
      </form>
      {state.error !== undefined && <Problem>{sayError(state.error)}</Problem>}
      {made !== null && <Secret made={made} />}
    </>
  );
};
