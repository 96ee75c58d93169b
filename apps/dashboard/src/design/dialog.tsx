'use client';
/**
 * A modal on the browser's own <dialog>: it traps the focus, closes on Esc, makes the page behind inert, and needs
 * no injected style, which the Content-Security-Policy would refuse.
 */
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly label: string;
  readonly kind?: 'small' | 'wide' | 'palette' | 'picture';
  readonly children: ReactNode;
}

export const Dialog = ({ opened, onClose, label, kind = 'small', children }: DialogProps) => {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (opened && !dialog.open) dialog.showModal();
    if (!opened && dialog.open) dialog.close();
  }, [opened]);
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      data-kind={kind}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      {opened && <div className={styles.body}>{children}</div>}
    </dialog>
  );
};
