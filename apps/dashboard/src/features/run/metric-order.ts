/** In what order a run's charts stand: what the sweep ranks by, the losses, the evaluations, the rest, the speed. */
import { type BuiltInTrainer, isBuiltIn } from '@plumage/contract';

/** What a trainer's runs are usually judged by. */
const headlines = /^eval\/(r_precision|zero_shot_accuracy|precision_at_50|noise_error|style_auc_[a-z]+)$/;
/** Chance, spread and baselines explain the figure that they stand beside. */
const besides = /_(chance|std|text_baseline)/;

const rank = (key: string, objective: string | null): number => {
  if (key === objective) return 0;
  if (key === 'g/loss' || key === 'train/loss') return 1;
  if (key === 'd/loss') return 2;
  if (headlines.test(key)) return 3;
  if (besides.test(key)) return 6;
  if (key.startsWith('eval/')) return key.endsWith('_train') ? 5 : 4;
  if (/^lr(\/|$)/.test(key) || key === 'step_ms') return 8;
  return key === 'images_per_second' ? 9 : 7;
};

/** Sorted, each key once. */
export const orderMetrics = (keys: readonly string[], objective: string | null): string[] =>
  [...new Set(keys)].sort((a, b) => rank(a, objective) - rank(b, objective) || a.localeCompare(b, 'en'));

const usual: Readonly<Record<BuiltInTrainer, readonly string[]>> = {
  'gan-cls': ['g/loss', 'd/loss', 'eval/r_precision', 'd/fake', 'd/real', 'images_per_second'],
  'text-encoder': ['train/loss', 'eval/zero_shot_accuracy', 'train/accuracy_text', 'images_per_second'],
  'style-encoder': ['train/loss', 'eval/noise_error', 'eval/style_auc_background', 'images_per_second'],
};

/** The charts that stand ready before the first value: of a program of one's own only what the sweep ranks by is known. */
export const usualMetrics = (trainer: string, objective: string | null): string[] => {
  const known = objective === null ? [] : [objective];
  return orderMetrics(isBuiltIn(trainer) ? [...usual[trainer], ...known] : known, objective);
};
