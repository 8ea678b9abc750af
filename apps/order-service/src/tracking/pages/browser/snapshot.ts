/** What the page of an order shows, as `GET /track/{token}` tells it. Instants are RFC 3339, UTC. */
export interface TrackingSnapshot {
  readonly number: string;
  readonly status: string;
  /** The status in plain words. */
  readonly statusText: string;
  /** What is to be expected next, in plain words. */
  readonly nextStep: string;
  readonly placedAt: string;
  /** When something happened last that is shown here. */
  readonly updatedAt: string;
  /** One for each vendor. */
  readonly vendorOrders: readonly TrackedVendorOrder[];
}

export interface TrackedVendorOrder {
  readonly vendorId: string;
  readonly status: string;
  readonly statusText: string;
  readonly nextStep: string;
  readonly steps: readonly TrackingStep[];
  readonly items: readonly TrackedItem[];
  readonly parcels: readonly TrackedParcel[];
  readonly cancellations: readonly TrackedCancellation[];
  readonly returns: readonly TrackedReturn[];
}

export type StepName = 'ordered' | 'confirmed' | 'processing' | 'shipped' | 'delivered' | 'returned' | 'cancelled';

export interface TrackingStep {
  readonly name: StepName;
  readonly text: string;
  /** `partial`: some of the units, and not yet all. */
  readonly state: 'done' | 'partial' | 'upcoming';
  /** The step that the vendor order is at. */
  readonly isCurrent: boolean;
  /** Absent where it has not happened, or left no time of its own. */
  readonly at?: string;
}

export interface TrackedUnits {
  readonly name: string;
  readonly quantity: number;
}

export interface TrackedItem extends TrackedUnits {
  readonly cancelledQuantity: number;
  readonly shippedQuantity: number;
  readonly deliveredQuantity: number;
  readonly returnedQuantity: number;
}

export interface TrackedParcel {
  readonly status: string;
  readonly statusText: string;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  /** At the carrier's; http or https. */
  readonly trackingUrl?: string;
  readonly items: readonly TrackedUnits[];
  readonly shippedAt: string;
  readonly deliveredAt?: string;
}

export interface TrackedCancellation {
  readonly at: string;
  readonly items: readonly TrackedUnits[];
}

export interface TrackedReturn {
  readonly status: string;
  readonly statusText: string;
  readonly items: readonly TrackedUnits[];
  readonly requestedAt: string;
  readonly updatedAt: string;
}
