/** What report.ts writes, so that a test can tell when the page is not that of the recorded result. */
import { readFileSync } from 'node:fs';
import { curvesSvg } from './plot.ts';
import type { SearchReport } from './results.ts';
import { figuresMarkdown } from './tables.ts';

const docs = new URL('../../docs/', import.meta.url);
const page = new URL('search.md', docs);
export const resultFile = new URL('./ours.recorded.json', import.meta.url);

const BEGIN = '<!-- figures: written by bench/search/report.ts -->';
const END = '<!-- end of figures -->';

interface ReportFile {
  readonly file: URL;
  readonly content: string;
}

/** @throws Error when the page has lost the marks between which the figures stand */
export const reportFiles = (result: string): ReportFile[] => {
  const report = JSON.parse(result) as SearchReport;
  const { pairs } = report.results;
  const [before, after] = [
    readFileSync(page, 'utf8').split(BEGIN)[0],
    readFileSync(page, 'utf8').split(END)[1],
  ];
  if (before === undefined || after === undefined)
    throw new Error(`${page.pathname} has no ${BEGIN} ... ${END}`);
  const samplers = [...new Set(pairs.map(({ sampler }) => sampler))];
  return [
    { file: page, content: `${before}${BEGIN}\n\n${figuresMarkdown(report)}\n\n${END}${after}` },
    ...samplers.map((sampler) => ({
      file: new URL(`images/search-${sampler}.svg`, docs),
      content: curvesSvg(
        sampler,
        pairs.filter((pair) => pair.sampler === sampler),
      ),
    })),
  ];
};
