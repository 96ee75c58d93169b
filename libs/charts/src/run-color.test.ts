import { describe, expect, it } from 'vitest';
import { runColor } from './run-color.ts';

const ids = Array.from(
  { length: 2_400 },
  (_, i) => `0198f3c2-7a10-7000-8000-${i.toString(16).padStart(12, '0')}`,
);

/** WCAG relative luminance of #rrggbb, 0 to 1. */
const luminance = (hex: string): number => {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
};

describe('runColor', () => {
  it('gives a run the same colour and dash every time, and the same dash in both schemes', () => {
    for (const id of ids.slice(0, 50)) {
      expect(runColor(id)).toEqual(runColor(id));
      expect(runColor(id, 'dark').dash).toEqual(runColor(id, 'light').dash);
    }
  });

  it('spreads runs over all 24 pairs of hue and dash', () => {
    const counts = new Map<string, number>();
    for (const id of ids) {
      const { color, dash } = runColor(id);
      const key = `${color} ${dash.join()}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(count).toBeGreaterThan(50);
  });

  it('stands out from its ground by at least 3 to 1, as WCAG asks of graphics', () => {
    for (const id of ids.slice(0, 200)) {
      expect(contrast(runColor(id, 'light').color, '#ffffff')).toBeGreaterThan(3);
      expect(contrast(runColor(id, 'dark').color, '#131414')).toBeGreaterThan(3);
    }
  });
});
