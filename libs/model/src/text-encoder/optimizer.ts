/** What takes an encoder's steps: RMSprop as for pictures and texts, Adam as for pairs of captions (released code). */
import { Adam, RmsProp } from '@plumage/compute';

export type Optimizer = Adam | RmsProp;

export type OptimizerChoice =
  | { readonly name: 'rmsprop' }
  /** @property beta1 first decay: 0.5 in main_txt_coco.lua */
  | { readonly name: 'adam'; readonly beta1: number };

/** The rate is told before each step. */
export const createOptimizer = (choice: OptimizerChoice): Optimizer => {
  switch (choice.name) {
    case 'rmsprop':
      return new RmsProp({ learningRate: 0 });
    case 'adam':
      return new Adam({ learningRate: 0, beta1: choice.beta1 });
  }
};
