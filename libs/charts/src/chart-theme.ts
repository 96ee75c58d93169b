/** The chart's own quiet colours; the same greys and accent as the pages around it (see the dashboard's tokens). */
import type { ColorScheme } from './run-color.ts';

export interface ChartTheme {
  readonly ink: string;
  readonly rule: string;
  readonly mark: string;
  readonly danger: string;
  readonly accent: string;
  readonly ground: string;
  readonly font: string;
}

const font = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

const themes: Record<ColorScheme, ChartTheme> = {
  light: {
    ink: '#6b6b6b',
    rule: '#ececec',
    mark: '#9a9a9a',
    danger: '#b3261e',
    accent: '#00707c',
    ground: '#ffffff',
    font,
  },
  dark: {
    ink: '#97999a',
    rule: '#242627',
    mark: '#6d7071',
    danger: '#f2867d',
    accent: '#46bcc8',
    ground: '#131414',
    font,
  },
};

export const chartTheme = (scheme: ColorScheme): ChartTheme => themes[scheme];
