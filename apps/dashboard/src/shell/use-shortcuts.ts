/** Keys that work on every page: Ctrl K or / to search, ? for the list, g and a letter to go somewhere. */
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { places } from './places.ts';

const sequenceMs = 1_200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

export const useShortcuts = (handlers: {
  readonly onSearch: () => void;
  readonly onList: () => void;
}): void => {
  const router = useRouter();
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    let goingSince = 0;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.onSearch();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const going = event.timeStamp - goingSince < sequenceMs && goingSince > 0;
      goingSince = 0;
      const place = going ? places.find((one) => one.key === event.key) : undefined;
      if (place !== undefined) router.push(place.href);
      else if (event.key === 'g') goingSince = event.timeStamp;
      else if (event.key === '?') latest.current.onList();
      else if (event.key === '/') {
        event.preventDefault();
        latest.current.onSearch();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router]);
};
