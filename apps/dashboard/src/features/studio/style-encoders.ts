/** Which trained style encoders could find the style for the form as it stands. */
import type { StudioQuery } from '@plumage/api-client/operations';
import { NO_STYLE_ENCODER } from '@plumage/contract';

type Checkpoint = NonNullable<StudioQuery['run']>['checkpoints'][number];

export interface StyleEncoderChoice {
  readonly checkpointId: string;
  /** sweep/run */
  readonly run: string;
  readonly step: number;
}

export interface StyleEncoders {
  /** The checkpoint that is to draw; undefined while there is none. */
  readonly generator: Pick<Checkpoint, 'id' | 'step'> | undefined;
  /** Those that were trained for it; the first is taken unless a person chooses. */
  readonly here: readonly StyleEncoderChoice[];
  /** Where it has none: the newest other checkpoint of the run that has one. */
  readonly elsewhere: Pick<Checkpoint, 'id' | 'step'> | undefined;
}

/**
 * @param checkpoints of the run, newest first
 * @param checkpointId the one that is to draw; null: the newest
 */
export const styleEncodersFor = (
  checkpoints: readonly Checkpoint[],
  checkpointId: string | null,
): StyleEncoders => {
  const usable = checkpoints.filter(({ damagedAt }) => damagedAt === null);
  const generator = checkpointId === null ? usable[0] : usable.find(({ id }) => id === checkpointId);
  const here = (generator?.styleEncoders ?? []).map(({ checkpoint, run }) => ({
    checkpointId: checkpoint.id,
    run: `${run.sweep.name}/${run.name}`,
    step: checkpoint.step,
  }));
  const other = usable.find(({ styleEncoders }) => styleEncoders.length > 0);
  return { generator, here, elsewhere: here.length > 0 ? undefined : other };
};

/** The one that the form means; null: descent; undefined: it names one that is not among them. */
export const chosenEncoder = (
  { here }: StyleEncoders,
  styleEncoder: string | null,
): StyleEncoderChoice | null | undefined => {
  if (styleEncoder === NO_STYLE_ENCODER) return null;
  if (styleEncoder === null) return here[0] ?? null;
  return here.find(({ checkpointId, run, step }) =>
    [checkpointId, run, `${run}@${step}`].includes(styleEncoder),
  );
};
