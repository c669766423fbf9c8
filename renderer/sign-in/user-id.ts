/** The holder's national identifier as it is printed on the card: `UUID 5552 5424 0100`. Anything else stays as it is. */
export function shownUserId(userId: string): string {
  if (!/^\d{12}$/.test(userId)) return userId;
  return `UUID ${userId.slice(0, 4)} ${userId.slice(4, 8)} ${userId.slice(8)}`;
}
