export const NOTIFICATION_TEMPLATES = [
  'order-confirmed',
  'payment-failed',
  'order-shipped',
  'order-delivered',
  'order-cancelled',
  'refund-issued',
  'vendor-new-order',
  'return-update',
] as const;
export type NotificationTemplate = (typeof NOTIFICATION_TEMPLATES)[number];

/** A command on stream `NOTIFICATIONS`. Its id is the same for every delivery of the same message to the same recipient. */
export interface NotificationCommand {
  /** `<eventId>:<template>:<recipient>`. */
  id: string;
  template: NotificationTemplate;
  recipient: { userId?: string; email?: string; vendorId?: string };
  locale?: string;
  data: Record<string, unknown>;
}
