/** A ROC curve as a picture: the style encoder's in blue over the captions' in grey and luck's diagonal, dashed. */
import sharp from 'sharp';
import type { RocPoint } from './roc.curve.ts';
import type { StyleVerdict } from './style.evaluation.ts';

const side = 256;
const margin = 16;

const place = (share: number): number => margin + share * (side - 2 * margin);

const line = (curve: readonly RocPoint[], colour: string): string => {
  const points = curve
    .map(
      ({ falsePositive, truePositive }) =>
        `${place(falsePositive).toFixed(1)},${place(1 - truePositive).toFixed(1)}`,
    )
    .join(' ');
  return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2.5"/>`;
};

/** What stands beside the picture: `background: S 0.71 ± 0.02, captions 0.52 ± 0.01`. */
export const describeVerdict = ({ label, style, text }: StyleVerdict): string => {
  const area = ({ mean, deviation }: StyleVerdict['style']) => `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
  return `ROC of ${label}: S (blue) ${area(style)}, captions (grey) ${area(text)}`;
};

/** PNG of [256, 256]: false positives to the right, true positives upwards, both from 0 to 1. */
export const drawRoc = async ({ style, text }: StyleVerdict): Promise<Uint8Array> => {
  const [low, high] = [place(0), place(1)];
  const quarter = [0.25, 0.5, 0.75].map((share) => {
    const at = place(share);
    return `<path d="M${at} ${low}V${high}M${low} ${at}H${high}" stroke="#e5e7eb" fill="none"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
    <rect width="${side}" height="${side}" fill="#ffffff"/>${quarter.join('')}
    <rect x="${low}" y="${low}" width="${high - low}" height="${high - low}" fill="none" stroke="#374151"/>
    <path d="M${low} ${high}L${high} ${low}" stroke="#9ca3af" stroke-dasharray="5 5" fill="none"/>
    ${line(text.curve, '#6b7280')}${line(style.curve, '#1d4ed8')}</svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
};

export const rocSide = side;
