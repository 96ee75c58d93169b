/**
 * What an agent and its drawing child say to each other over the fork's channel. Pictures go through files, since they
 * are uploaded from there; everything else is small. A closed channel tells the child that nobody waits any more.
 */
import { failureClasses, renderRequest } from '@plumage/contract';
import { z } from 'zod';

/** What the agent asks for: one render. */
export const renderJob = z.object({
  type: z.literal('render'),
  /** Holds the files that @plumage/training's readModel reads. */
  checkpointFolder: z.string(),
  /** The folders of the checkpoints that the run of the checkpoint was given, and of the style encoder, by key. */
  inputs: z.record(z.string(), z.string()),
  request: renderRequest,
  /** Files of the pictures whose style is taken, by their sha256. */
  styleFiles: z.record(z.string(), z.string()),
  /** Where the pictures go; it exists. */
  pictureFolder: z.string(),
});
export type RenderJob = z.infer<typeof renderJob>;

export const drawnPicture = z.object({
  index: z.int(),
  file: z.string(),
  width: z.int(),
  height: z.int(),
});
export type DrawnPicture = z.infer<typeof drawnPicture>;

export const renderMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    stage: z.enum(['style', 'draw']),
    done: z.int(),
    total: z.int(),
  }),
  z.object({ type: z.literal('drawn'), backend: z.string(), pictures: z.array(drawnPicture) }),
  z.object({ type: z.literal('failed'), failureClass: z.enum(failureClasses), message: z.string() }),
]);
export type RenderMessage = z.infer<typeof renderMessage>;

/** How a render's drawing ended. */
export type RenderAnswer = Exclude<RenderMessage, { type: 'progress' }>;
