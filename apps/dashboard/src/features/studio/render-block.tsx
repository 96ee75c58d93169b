'use client';
/** One render: what was asked for, where it stands, and its pictures in the rows of its plan. */
import { Button } from '@mantine/core';
import { CancelRenderDocument, type RenderBlockFragment } from '@plumage/api-client/operations';
import { isTerminalRender, type RenderRequest } from '@plumage/contract';
import { formatStep } from '@plumage/charts';
import Link from 'next/link';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Lightbox } from '../../design/lightbox.tsx';
import { Problem } from '../../design/notice.tsx';
import { Picture } from '../../design/picture.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import { Ago, useNow } from '../../design/time.tsx';
import { sayError } from '../../graph/say-error.ts';
import { rowLabel, sayRequest, sayStanding } from './render-words.ts';
import styles from './studio.module.css';
import { emptyDraft, writeDraft } from './studio-draft.ts';
import { draftOf } from './draft-of-request.ts';

export const RenderBlock = (props: {
  readonly render: RenderBlockFragment;
  readonly runId: string;
  readonly agents: number;
  readonly cell: number;
  readonly mayCancel: boolean;
}) => {
  const { render, runId, agents, cell, mayCancel } = props;
  const request = render.request as RenderRequest;
  const now = useNow();
  const [cancelling, cancel] = useMutation(CancelRenderDocument);
  const open = !isTerminalRender(render.state);
  const again = writeDraft({ ...emptyDraft, ...draftOf(request), runId });
  return (
    <article className={styles.render} aria-label={`Render ${render.number}`}>
      <header className={styles.renderHead}>
        <h3>{sayRequest(request)}</h3>
        <StateMark state={render.state} />
        <p className="quiet" role={open ? 'status' : undefined}>
          step {formatStep(render.step)} · {sayStanding(render, agents, now)}
          <StyleBy render={render} />
          {!open && (
            <>
              {' '}
              · <Ago at={render.createdAt} /> · <Link href={`/studio?${again}`}>use again</Link>
            </>
          )}
        </p>
        {open && mayCancel && (
          <Button
            loading={cancelling.fetching}
            onClick={() => void cancel({ input: { renderId: render.id } })}
          >
            Cancel
          </Button>
        )}
      </header>
      {cancelling.error !== undefined && <Problem>{sayError(cancelling.error)}</Problem>}
      {render.state === 'FAILED' && <Problem>{render.failureMessage ?? 'The agent gave no reason.'}</Problem>}
      {(open || render.samples.length > 0) && <RenderGrid render={render} request={request} cell={cell} />}
    </article>
  );
};

/** By what the style is found; the encoder's run is a click away while its checkpoint is there. */
const StyleBy = ({ render: { style } }: { readonly render: RenderBlockFragment }) => {
  if (style === null) return null;
  const name = style.encoderName ?? 'gradient descent';
  const run = style.encoder?.run;
  return <> · style by {run === undefined ? name : <Link href={`/runs/${run.id}`}>{name}</Link>}</>;
};

/** While it is drawn, its pictures' places stand already: the page does not jump. */
const RenderGrid = (props: {
  readonly render: RenderBlockFragment;
  readonly request: RenderRequest;
  readonly cell: number;
}) => {
  const { render, request, cell } = props;
  const [openId, setOpenId] = useState<string | null>(null);
  const rows = Math.ceil(render.pictureCount / render.columns);
  const inRow = (row: number) => render.samples.slice(row * render.columns, (row + 1) * render.columns);
  const places = (row: number) => Math.min(render.columns, render.pictureCount - row * render.columns);
  return (
    <>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.row}>
          <RowHead request={request} row={row} />
          <div className={styles.pictures} style={{ gridTemplateColumns: `repeat(auto-fill, ${cell}px)` }}>
            {render.samples.length > 0
              ? inRow(row).map((sample) => (
                  <Picture key={sample.id} sample={sample} cell={cell} onOpen={(one) => setOpenId(one.id)} />
                ))
              : Array.from({ length: places(row) }, (_place, i) => (
                  <div key={i} className={styles.blank} style={{ width: cell, height: cell }} />
                ))}
          </div>
        </div>
      ))}
      <Lightbox samples={render.samples} openId={openId} onChange={setOpenId} />
    </>
  );
};

const RowHead = (props: { readonly request: RenderRequest; readonly row: number }) => {
  const { request, row } = props;
  const label = rowLabel(request, row);
  if (label === '') return null;
  return (
    <p className={styles.rowLabel}>
      {request.kind === 'STYLE_TRANSFER' && (
        <img
          src={`/blobs/${request.style[row] ?? ''}/thumbnail?width=64`}
          width={32}
          height={32}
          alt={`Style ${row + 1}`}
        />
      )}
      {label}
    </p>
  );
};
