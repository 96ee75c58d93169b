'use client';
/** Whether an element has come near the screen: what is costly to ask for is asked for then, and not before. */
import { type RefObject, useEffect, useState } from 'react';

const nearPx = 240;

export const useSeen = (host: RefObject<HTMLElement | null>): boolean => {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (element === null || seen) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
      },
      { rootMargin: `${nearPx}px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [host, seen]);
  return seen;
};
