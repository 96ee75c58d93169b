import { describe, expect, it } from 'vitest';
import { LogSearch, type MatchPage, sayMatch } from './log-search.ts';

const match = (n: number) => ({ cursor: String(n), epoch: 1, sequence: n });
const line = (n: number, text: string) => ({ ...match(n), at: '', stream: 'stdout', text });

describe('a search of a log', () => {
  it('stands at the newest place, and walks round', async () => {
    const pages = (): Promise<MatchPage> =>
      Promise.resolve({ matches: [match(1), match(5), match(9)], total: 3, olderCursor: null });
    const search = new LogSearch('loss', pages);
    await search.open();
    expect(sayMatch(search.view())).toBe('3 of 3');
    await search.step(1);
    expect(sayMatch(search.view())).toBe('1 of 3');
    await search.step(-1);
    await search.step(-1);
    expect(sayMatch(search.view())).toBe('2 of 3');
  });

  it('asks for older places when the walk reaches them', async () => {
    const search = new LogSearch('loss', (before) =>
      Promise.resolve(
        before === null
          ? { matches: [match(8)], total: 3, olderCursor: '8' }
          : { matches: [match(1), match(2)], total: 3, olderCursor: null },
      ),
    );
    await search.open();
    await search.step(-1);
    expect(sayMatch(search.view())).toBe('2 of 3');
    expect(search.view().matches[search.view().at]).toMatchObject({ sequence: 2 });
  });

  it('counts what is written meanwhile, and stays where it is', async () => {
    const search = new LogSearch('loss', () =>
      Promise.resolve({ matches: [match(1)], total: 1, olderCursor: null }),
    );
    await search.open();
    search.note([line(2, 'G/LOSS 3'), line(3, 'nothing')]);
    expect(sayMatch(search.view())).toBe('1 of 2');
  });

  it('says when there is none, and begins with the first that is written', async () => {
    const search = new LogSearch('loss', () => Promise.resolve({ matches: [], total: 0, olderCursor: null }));
    await search.open();
    expect(sayMatch(search.view())).toBe('no match');
    search.note([line(4, 'loss')]);
    expect(sayMatch(search.view())).toBe('1 of 1');
  });
});
