'use client';
/** A field of a text: while one types in it, it keeps what was typed; otherwise it shows what the text says. */
import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

export interface DraftInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'error'> {
  readonly value: string;
  readonly onEdit: (typed: string) => void;
  /** What is wrong with it, or undefined. */
  readonly problem?: string | undefined;
  /** Waits until one leaves the field (a name in the making is not yet a name). */
  readonly onLeave?: boolean;
}

export const DraftInput = ({ value, onEdit, problem, onLeave = false, ...rest }: DraftInputProps) => {
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <TextInput
      {...rest}
      value={draft ?? value}
      error={problem}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
        if (!onLeave) onEdit(event.currentTarget.value);
      }}
      onBlur={() => {
        if (onLeave && draft !== null && draft !== value) onEdit(draft);
        setDraft(null);
      }}
    />
  );
};
