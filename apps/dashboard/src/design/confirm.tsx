'use client';
/** A button for what cannot be undone: it says what will happen, and asks once. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import styles from './confirm.module.css';
import { Dialog } from './dialog.tsx';

export interface ConfirmButtonProps {
  readonly name: string;
  /** The button's full name, where `name` alone does not say what it acts on. */
  readonly label?: string;
  /** What it does, for one who points at it. */
  readonly title?: string;
  readonly question: string;
  readonly consequence: string;
  readonly busy?: boolean;
  /** Small enough for a table's row. */
  readonly compact?: boolean;
  readonly onConfirm: () => void;
}

export const ConfirmButton = ({
  name,
  label,
  title,
  question,
  consequence,
  busy = false,
  compact = false,
  onConfirm,
}: ConfirmButtonProps) => {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        color="red"
        variant="default"
        size={compact ? 'compact-xs' : 'xs'}
        className={styles.danger ?? ''}
        loading={busy}
        {...(label === undefined ? {} : { 'aria-label': label })}
        {...(title === undefined ? {} : { title })}
        onClick={() => setAsking(true)}
      >
        {name}
      </Button>
      <Dialog opened={asking} onClose={() => setAsking(false)} label={question}>
        <h2>{question}</h2>
        <p className={styles.consequence}>{consequence}</p>
        <div className={styles.choices}>
          <Button onClick={() => setAsking(false)}>Keep going</Button>
          <Button
            variant="filled"
            color="red"
            onClick={() => {
              setAsking(false);
              onConfirm();
            }}
          >
            {name}
          </Button>
        </div>
      </Dialog>
    </>
  );
};
