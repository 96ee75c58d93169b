/** Registers the enums of renders in the graph. */
import { registerEnumType } from 'type-graphql';
import { RenderKind, RenderState } from '../generated/prisma/enums.ts';

const LeaseKind = Object.freeze({ TRAINING: 'TRAINING', RENDER: 'RENDER' } as const);
type LeaseKind = keyof typeof LeaseKind;
const RenderCommand = Object.freeze({
  CONTINUE: 'CONTINUE',
  CANCEL: 'CANCEL',
  LEASE_LOST: 'LEASE_LOST',
} as const);
type RenderCommand = keyof typeof RenderCommand;
const RenderOutcome = Object.freeze({
  FINISHED: 'FINISHED',
  FAILED: 'FAILED',
  RELEASED: 'RELEASED',
} as const);
type RenderOutcome = keyof typeof RenderOutcome;
const StyleSource = Object.freeze({ ENCODER: 'ENCODER', DESCENT: 'DESCENT' } as const);
type StyleSource = keyof typeof StyleSource;

registerEnumType(RenderKind, {
  name: 'RenderKind',
  description:
    'What a render shows. CAPTIONS: captions by seeds. TEXT_INTERPOLATION, NOISE_INTERPOLATION: the way between two of them. STYLE_TRANSFER: the style of pictures with other captions.',
});
registerEnumType(RenderState, {
  name: 'RenderState',
  description:
    'Where a render stands. QUEUED: waits for an agent. RUNNING: an agent draws it. The others are for good.',
});
registerEnumType(LeaseKind, {
  name: 'LeaseKind',
  description:
    'What a slot can be given. TRAINING: a run. RENDER: pictures that a person waits for; they come before every run.',
});
registerEnumType(RenderCommand, {
  name: 'RenderCommand',
  description:
    'What an agent that draws must do. CONTINUE: go on. CANCEL: a person has ended it; stop, nothing is to be settled. LEASE_LOST: it is another agent’s; stop at once.',
});
registerEnumType(RenderOutcome, {
  name: 'RenderOutcome',
  description: 'How drawing ended. RELEASED: given back, another agent may draw it.',
});
registerEnumType(StyleSource, {
  name: 'StyleSource',
  description:
    'How the noise behind a picture is found. ENCODER: by a style encoder that was trained for the checkpoint. DESCENT: by gradient descent through the generator.',
});

export { LeaseKind, RenderCommand, RenderKind, RenderOutcome, RenderState, StyleSource };
