import { ApiProperty } from '@nestjs/swagger';
import {
  ORDER_STATUSES,
  RETURN_STATUSES,
  SHIPMENT_STATUSES,
  VENDOR_ORDER_STATUSES,
} from '../../orders/domain/status.js';
import type {
  StepName,
  TrackedCancellation,
  TrackedItem,
  TrackedParcel,
  TrackedReturn,
  TrackedUnits,
  TrackedVendorOrder,
  TrackingSnapshot,
  TrackingStep,
} from '../pages/browser/snapshot.js';

const STEP_NAMES: StepName[] = ['ordered', 'confirmed', 'processing', 'shipped', 'delivered', 'returned', 'cancelled'];
const INSTANT = { type: String, format: 'date-time', example: '2026-03-01T12:00:00.000Z' };

/** A step on the way of a vendor's part of the order. */
export class TrackingStepDto implements TrackingStep {
  @ApiProperty({ enum: STEP_NAMES, enumName: 'TrackingStepName' })
  name: StepName;
  /**
   * For people.
   * @example Partly shipped
   */
  text: string;
  /** `partial`: some of the units, and not yet all. */
  @ApiProperty({ enum: ['done', 'partial', 'upcoming'], enumName: 'TrackingStepState' })
  state: 'done' | 'partial' | 'upcoming';
  /** Where the vendor's part is now. */
  isCurrent: boolean;
  /** When; absent where it has not happened, or left no time of its own. */
  @ApiProperty({ ...INSTANT, required: false })
  at?: string;
}

/** Units of one product. */
export class TrackedUnitsDto implements TrackedUnits {
  /** @example Demo product 1 */
  name: string;
  /** @example 2 */
  quantity: number;
}

/** A product of the order, and what has become of its units. */
export class TrackedItemDto extends TrackedUnitsDto implements TrackedItem {
  cancelledQuantity: number;
  shippedQuantity: number;
  deliveredQuantity: number;
  returnedQuantity: number;
}

/** A parcel that has left. */
export class TrackedParcelDto implements TrackedParcel {
  @ApiProperty({ enum: SHIPMENT_STATUSES, enumName: 'ShipmentStatus' })
  status: string;
  /** @example On its way */
  statusText: string;
  /** @example DHL */
  carrier?: string;
  /** @example 00340434161094042557 */
  trackingNumber?: string;
  /**
   * At the carrier's.
   * @example https://carrier.example/track/00340434161094042557
   */
  trackingUrl?: string;
  items: TrackedUnitsDto[];
  @ApiProperty(INSTANT)
  shippedAt: string;
  @ApiProperty({ ...INSTANT, required: false })
  deliveredAt?: string;
}

/** Units that will not be sent. */
export class TrackedCancellationDto implements TrackedCancellation {
  @ApiProperty(INSTANT)
  at: string;
  items: TrackedUnitsDto[];
}

/** Units that go back. */
export class TrackedReturnDto implements TrackedReturn {
  @ApiProperty({ enum: RETURN_STATUSES, enumName: 'ReturnStatus' })
  status: string;
  /** @example Approved */
  statusText: string;
  items: TrackedUnitsDto[];
  @ApiProperty(INSTANT)
  requestedAt: string;
  @ApiProperty(INSTANT)
  updatedAt: string;
}

/** One vendor's part of the order. */
export class TrackedVendorOrderDto implements TrackedVendorOrder {
  /** @example vendor-1 */
  vendorId: string;
  @ApiProperty({ enum: VENDOR_ORDER_STATUSES, enumName: 'VendorOrderStatus' })
  status: string;
  /** @example On its way */
  statusText: string;
  /** @example A parcel is on its way. Next, the carrier delivers it. */
  nextStep: string;
  steps: TrackingStepDto[];
  items: TrackedItemDto[];
  parcels: TrackedParcelDto[];
  cancellations: TrackedCancellationDto[];
  returns: TrackedReturnDto[];
}

/** An order as whoever holds a link to it sees it: no name, address, e-mail, money or payment. */
export class TrackingSnapshotDto implements TrackingSnapshot {
  /** @example 7K2M-9QXT-4BC */
  number: string;
  @ApiProperty({ enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status: string;
  /**
   * The status for people.
   * @example On its way
   */
  statusText: string;
  /**
   * What to expect next.
   * @example A parcel is on its way. Next, the carrier delivers it.
   */
  nextStep: string;
  @ApiProperty(INSTANT)
  placedAt: string;
  /** When something happened last that is shown. */
  @ApiProperty(INSTANT)
  updatedAt: string;
  vendorOrders: TrackedVendorOrderDto[];
}
