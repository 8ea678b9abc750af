import { useEffect, useState } from 'preact/hooks';

const ORDER = /^#\/orders\/([0-9a-f-]{36})$/iu;

/** The order that the address names: whoever opens it again, or goes back to it, sees the same. */
export function useOrderInAddress(): string | undefined {
  const [id, setId] = useState(orderInAddress);
  useEffect(() => {
    const read = (): void => setId(orderInAddress());
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return id;
}

export function addressOf(orderId: string): string {
  return `#/orders/${orderId}`;
}

function orderInAddress(): string | undefined {
  return ORDER.exec(location.hash)?.[1]?.toLowerCase();
}
