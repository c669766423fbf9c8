import { useEffect, useState } from 'react';
import type { RefObject } from 'react';

/** How far outside the window rows are drawn ahead of scrolling. */
const AHEAD = '900px 0px';

/** Whether an element is in the window or close to it. Where nothing is left out it always is. */
export function useNear(element: RefObject<Element | null>, windowed: boolean): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!windowed || element.current === null) return undefined;
    const options = { rootMargin: AHEAD, scrollMargin: AHEAD };
    const observer = new IntersectionObserver((entries) => setNear(entries.some((entry) => entry.isIntersecting)), options);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, windowed]);
  return near || !windowed;
}
