/** An earlier render as a form that asks for it again. */
import type { RenderRequest } from '@plumage/contract';
import type { StudioDraft } from './studio-draft.ts';

export const draftOf = (request: RenderRequest): Partial<StudioDraft> => {
  switch (request.kind) {
    case 'CAPTIONS':
      return { kind: request.kind, captions: request.captions.join('\n'), seeds: request.seeds.join(', ') };
    case 'TEXT_INTERPOLATION':
    case 'NOISE_INTERPOLATION':
      return request;
    case 'STYLE_TRANSFER': {
      const { kind, style, captions, captionOfStyle, style_encoder_checkpoint: styleEncoder } = request;
      const shown = captionOfStyle ?? '';
      return { kind, style, captions: captions.join('\n'), captionOfStyle: shown, styleEncoder };
    }
  }
};
