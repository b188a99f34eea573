/** Keeps a choice on this device. A browser that forbids storage forgets it, and nothing else breaks. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
