'use client';
/** The pictures whose style is taken: uploaded, or chosen among those of the run. */
import { Button, FileButton } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../../design/icon.tsx';
import { Problem } from '../../design/notice.tsx';
import styles from './studio.module.css';
import type { StudioDraft } from './studio-draft.ts';
import type { StudioRun } from './studio-form.tsx';
import { acceptedPictures, uploadPicture } from './upload.ts';

const mostStyles = 8;

export const StyleField = (props: {
  readonly draft: StudioDraft;
  readonly run: StudioRun | undefined;
  readonly mayUpload: boolean;
  readonly onChange: (change: Partial<StudioDraft>) => void;
}) => {
  const { draft, run, mayUpload, onChange } = props;
  const [uploading, setUploading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const full = draft.style.length >= mostStyles;
  const upload = async (files: readonly File[]): Promise<void> => {
    setUploading(true);
    const taken = await Promise.all(files.slice(0, mostStyles - draft.style.length).map(uploadPicture));
    setUploading(false);
    setProblem(taken.find((one) => !one.ok)?.problem ?? null);
    const added = taken.flatMap((one) => (one.ok ? [one.sha256] : []));
    onChange({ style: [...new Set([...draft.style, ...added])] });
  };
  const remove = (sha: string): void => onChange({ style: draft.style.filter((one) => one !== sha) });
  return (
    <fieldset className={styles.style}>
      <legend className={styles.label}>Style</legend>
      {draft.style.length > 0 && (
        <ul className={styles.chosen} aria-label="Pictures whose style is taken">
          {draft.style.map((sha, i) => (
            <li key={sha}>
              <img src={`/blobs/${sha}/thumbnail?width=128`} width={64} height={64} alt={`Style ${i + 1}`} />
              <button type="button" aria-label={`Remove style ${i + 1}`} onClick={() => remove(sha)}>
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <FileButton multiple accept={acceptedPictures} onChange={(files) => void upload(files)}>
        {(button) => (
          <Button {...button} loading={uploading} disabled={!mayUpload || full}>
            Upload a PNG or JPEG
          </Button>
        )}
      </FileButton>
      {problem !== null && <Problem>{problem}</Problem>}
      <RunPictures {...props} full={full} />
      {run === undefined && <p className="quiet">Choose a run to take one of its own pictures.</p>}
    </fieldset>
  );
};

const shaOf = (url: string): string => url.replace('/blobs/', '');

const RunPictures = (props: {
  readonly draft: StudioDraft;
  readonly run: StudioRun | undefined;
  readonly full: boolean;
  readonly onChange: (change: Partial<StudioDraft>) => void;
}) => {
  const { draft, run, full, onChange } = props;
  const samples = run?.latestSamples.slice(0, 24) ?? [];
  if (samples.length === 0) return null;
  return (
    <div className={styles.own} role="group" aria-label="Or one of the run's own pictures">
      {samples.map((sample) => {
        const sha = shaOf(sample.url);
        const chosen = draft.style.includes(sha);
        const style = chosen ? draft.style.filter((one) => one !== sha) : [...draft.style, sha];
        return (
          <button
            key={sample.id}
            type="button"
            aria-pressed={chosen}
            aria-label={`${sample.prompt}, seed ${sample.seed}`}
            title={sample.prompt}
            disabled={full && !chosen}
            onClick={() => onChange({ style, captionOfStyle: chosen ? '' : sample.prompt })}
          >
            <img src={sample.url} width={32} height={32} alt="" />
          </button>
        );
      })}
    </div>
  );
};
