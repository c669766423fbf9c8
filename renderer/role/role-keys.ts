/** Where a key press moves in a list of `count` roles, or `null` where the key means nothing here. Numbers start at 1. */
export function roleAfterKey(key: string, current: number, count: number): number | null {
  if (count === 0) return null;
  if (key === 'ArrowDown') return Math.min(current + 1, count - 1);
  if (key === 'ArrowUp') return Math.max(current - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (!/^[1-9]$/.test(key)) return null;
  const chosen = Number(key) - 1;
  return chosen < count ? chosen : null;
}
