/** Someone else has changed the sweep since the draft began: what they changed, and whose text goes on. */
import { Button } from '@mantine/core';
import { Notice } from '../../../design/notice.tsx';
import { Ago } from '../../../design/time.tsx';
import styles from './edit.module.css';
import type { Newer, SweepEdit } from './use-sweep-edit.ts';

export const EditedMeanwhile = ({ edit, newer }: { readonly edit: SweepEdit; readonly newer: Newer }) => {
  const since = newer.versions.filter(({ version }) => version > edit.base.version);
  return (
    <div className={styles.meanwhile}>
      <Notice>
        The sweep is at version {newer.version} by now; this text was made of version {edit.base.version}.
      </Notice>
      <ul className={styles.changes}>
        {since.map((one) => (
          <li key={one.version}>
            version {one.version}
            {one.byName !== null && ` by ${one.byName}`}, <Ago at={one.createdAt} />: {one.changes.join('; ')}
          </li>
        ))}
      </ul>
      <div className={styles.choices}>
        <Button onClick={edit.keepMine}>Keep my text over theirs</Button>
        <Button variant="filled" onClick={edit.takeNewer}>
          Load version {newer.version}
        </Button>
      </div>
    </div>
  );
};
