/** How renders look in a terminal. */
import type { RenderLineFragment, RenderState } from '@plumage/api-client/operations';
import type { RenderRequest } from '@plumage/contract';
import type { Paint, Tone } from '../terminal/paint.ts';
import { layoutTable } from '../terminal/table.layout.ts';
import { agoText, durationText } from '../terminal/words.format.ts';

const tones: Readonly<Record<RenderState, Tone>> = {
  QUEUED: 'dim',
  RUNNING: 'busy',
  FINISHED: 'good',
  FAILED: 'bad',
  CANCELLED: 'dim',
};

/** `a red apple; a whale` */
const askedText = (request: RenderRequest): string => {
  switch (request.kind) {
    case 'CAPTIONS':
      return request.captions.join('; ');
    case 'TEXT_INTERPOLATION':
      return `${request.from} to ${request.to}`;
    case 'NOISE_INTERPOLATION':
      return `${request.caption}, seed ${request.fromSeed} to ${request.toSeed}`;
    case 'STYLE_TRANSFER':
      return `style of ${request.style.length}: ${request.captions.join('; ')}`;
  }
};

/** `, style by styles/gull-0001@500`; nothing for other kinds. */
export const styleText = ({ style }: Pick<RenderLineFragment, 'style'>): string =>
  style === null ? '' : `, style by ${style.encoderName ?? 'gradient descent'}`;

export const renderTable = (
  renders: readonly RenderLineFragment[],
  now: Date,
  paint: Paint,
  room: number | undefined,
): string =>
  layoutTable(
    [
      { title: 'no', align: 'right' },
      { title: 'state' },
      { title: 'step', align: 'right' },
      { title: 'pictures', align: 'right' },
      { title: 'agent', shrink: true },
      { title: 'took' },
      { title: 'asked' },
      { title: 'id' },
      { title: 'what', shrink: true },
    ],
    renders.map((render) => [
      { text: String(render.number), tone: 'strong' },
      { text: render.state.toLowerCase(), tone: tones[render.state] },
      String(render.step),
      String(render.pictureCount),
      render.agentName,
      durationText(render.startedAt, render.finishedAt, now),
      agoText(render.createdAt, now),
      render.id,
      render.failureMessage ?? askedText(render.request as RenderRequest) + styleText(render),
    ]),
    paint,
    room,
  );
