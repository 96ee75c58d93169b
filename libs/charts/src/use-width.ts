/** The width that the page gives to an element, in CSS pixels; 0 until it is known. */
import { type RefObject, useEffect, useState } from 'react';

export const useWidth = (host: RefObject<HTMLElement | null>): number => {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [host]);
  return width;
};
