/** Draws what a line cannot say: where an attempt began, and where a value was not finite. */
import type uPlot from 'uplot';
import type { ChartTheme } from './chart-theme.ts';

export interface Marks {
  readonly attempts: readonly { readonly x: number; readonly label: string }[];
  readonly notFinite: readonly number[];
}

const visible = (plot: uPlot, x: number): boolean => {
  const { min, max } = plot.scales.x ?? {};
  return min !== undefined && max !== undefined && min !== null && max !== null && x >= min && x <= max;
};

/** `read` is called at each drawing, so new marks need no new chart. */
export const marksPlugin = (theme: ChartTheme, read: () => Marks): uPlot.Plugin => ({
  hooks: {
    draw: (plot) => {
      const { ctx, bbox } = plot;
      const ratio = globalThis.devicePixelRatio || 1;
      ctx.save();
      ctx.lineWidth = ratio;
      ctx.font = theme.font.replace('11px', `${10 * ratio}px`);
      let free = Number.NEGATIVE_INFINITY;
      for (const { x, label } of read().attempts) {
        if (!visible(plot, x)) continue;
        const at = Math.round(plot.valToPos(x, 'x', true)) + 0.5;
        ctx.strokeStyle = theme.mark;
        ctx.setLineDash([3 * ratio, 3 * ratio]);
        ctx.beginPath();
        ctx.moveTo(at, bbox.top);
        ctx.lineTo(at, bbox.top + bbox.height);
        ctx.stroke();
        ctx.fillStyle = theme.ink;
        // Of attempts close together the first is named; the words would lie over each other.
        if (at < free) continue;
        ctx.fillText(label, at + 4 * ratio, bbox.top + 10 * ratio);
        free = at + 8 * ratio + ctx.measureText(label).width;
      }
      ctx.setLineDash([]);
      ctx.fillStyle = theme.danger;
      for (const x of read().notFinite) {
        if (!visible(plot, x)) continue;
        const at = plot.valToPos(x, 'x', true);
        ctx.fillRect(at - ratio, bbox.top + bbox.height - 6 * ratio, 2 * ratio, 6 * ratio);
      }
      ctx.restore();
    },
  },
});
