'use client';
/** The whole log as a text file: fetched page by page, with its progress, and given up when one leaves. */
import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import type { LogLine } from './log-reader.ts';
import { fetchLog } from './use-run-log.ts';

const pageLines = 5_000;

/** As the command line prints it: time, attempt, stream, text. */
export const logFileLine = (line: Omit<LogLine, 'cursor'>): string =>
  `${line.at} ${line.epoch} ${line.stream.padEnd(6)} ${line.text}\n`;

const save = (parts: readonly string[], name: string): void => {
  const url = URL.createObjectURL(new Blob([...parts], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
};

export const useLogDownload = (runId: string, fileName: string) => {
  const client = useClient();
  const [lines, setLines] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const walk = async (signal: AbortSignal): Promise<void> => {
    const parts: string[] = [];
    let after: string | null = null;
    let count = 0;
    for (;;) {
      const page = await fetchLog(client, runId, { stream: null, epoch: null }, { first: pageLines, after });
      if (signal.aborted) return;
      parts.push(page.lines.map(logFileLine).join(''));
      count += page.lines.length;
      setLines(count);
      after = page.endCursor;
      if (!page.hasNext) break;
    }
    save(parts, fileName);
  };

  const start = (): void => {
    const controller = new AbortController();
    abort.current = controller;
    setLines(0);
    setError(null);
    walk(controller.signal)
      .catch((fault: unknown) => setError(fault as Error))
      .finally(() => {
        if (!controller.signal.aborted) setLines(null);
      });
  };
  const cancel = (): void => {
    abort.current?.abort();
    setLines(null);
  };
  return { lines, error, start, cancel };
};
