'use client';
/** A command to run, with a button that copies it. */
import { useState } from 'react';
import styles from './command-line.module.css';
import { Icon } from './icon.tsx';

export const CommandLine = ({ command, label }: { readonly command: string; readonly label: string }) => {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <div className={styles.line}>
      <pre tabIndex={0} aria-label={label}>
        {command}
      </pre>
      <button type="button" aria-label={`Copy: ${label}`} onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </button>
    </div>
  );
};
