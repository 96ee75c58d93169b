/** The checkpoints of other runs that this one was given, each a way to the run that wrote it. */
import { formatStep } from '@plumage/charts';
import Link from 'next/link';
import { sayInput } from './input-words.ts';
import styles from './run.module.css';
import type { Run } from './run.page.tsx';

export const RunInputs = ({ run }: { readonly run: Run }) =>
  run.inputs.length === 0 ? null : (
    <p className={styles.inputs}>
      {run.inputs.map(({ key, run: source, checkpoint }) => (
        <span key={key}>
          {sayInput(key)}:{' '}
          <Link href={`/runs/${source.id}`}>
            {source.sweep.name}/{source.name}@{formatStep(checkpoint.step)}
          </Link>
        </span>
      ))}
    </p>
  );
