/** What report.ts writes, so that a test can tell when a page is not that of the recorded result. */
import { readFileSync } from 'node:fs';
import { curvesSvg } from './curves.ts';
import type { Recorded } from './record.ts';
import { readmeTable, sectionsOf } from './tables.ts';

const root = new URL('../../', import.meta.url);
const page = new URL('docs/experiments.md', root);
const readme = new URL('README.md', root);
export const recordFile = new URL('./recorded.json', import.meta.url);

interface ReportFile {
  readonly file: URL;
  readonly content: string;
}

/** @throws Error when the page has lost the marks between which the section stands */
const filled = (text: string, name: string, section: string): string => {
  const begin = `<!-- ${name}: written by tools/experiments/report.ts -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`there is no ${begin} ... ${end}`);
  return `${before}${begin}\n\n${section}\n\n${end}${after}`;
};

export const reportFiles = (record: string): ReportFile[] => {
  const recorded = JSON.parse(record) as Recorded;
  const content = Object.entries(sectionsOf(recorded)).reduce(
    (text, [name, section]) => filled(text, name, section),
    readFileSync(page, 'utf8'),
  );
  return [
    { file: page, content },
    { file: readme, content: filled(readFileSync(readme, 'utf8'), 'experiments', readmeTable(recorded)) },
    { file: new URL('docs/images/experiments/modes.svg', root), content: curvesSvg(recorded.modes) },
  ];
};
