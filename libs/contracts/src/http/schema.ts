// Written by `npm run contracts` from the OpenAPI document and the schemas of what travels over NATS alone.

export interface paths {
    "/carts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a cart.
         * @description No token is needed: a guest's reply has a `token` for the cart. A customer has at most one active cart: a
         *     second call adds its items to that one and answers 200.
         */
        post: operations["createCart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/carts/{cartId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A cart, freshly priced when its quote is old. */
        get: operations["getCart"];
        put?: never;
        post?: never;
        /** Empties and abandons a cart. */
        delete: operations["abandonCart"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/carts/{cartId}/coupons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replaces the coupon codes; an empty list removes them. */
        put: operations["setCartCoupons"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/carts/{cartId}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds units of a product. Concurrent adds all count. */
        post: operations["addCartItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/carts/{cartId}/items/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the units of a product; 0 removes the line. */
        put: operations["setCartItemQuantity"];
        post?: never;
        /** Removes a line. */
        delete: operations["removeCartItem"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/carts/{cartId}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes over a guest's cart: quantities add up, coupon codes unite, and the guest's token ends. */
        post: operations["mergeCart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/carts/mine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The signed-in customer's active cart. */
        get: operations["getMyCart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives. Nothing outside it is asked: restarting it mends no database. */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether traffic may come: the database answers and is prepared, NATS was reached, the process is not stopping. */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/startup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process has started; it is from the moment that it answers. */
        get: operations["getStartup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the Prometheus text format. */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders of one's own vendor, or for staff of everybody. Newest first. */
        get: operations["listOrders"];
        put?: never;
        /**
         * Places an order.
         * @description Prices come from the Catalog Service at this moment. The cart is claimed, stock is reserved, the payments are
         *     authorized in their order. The reply waits up to 3 s for the payment; after that the order is `pending` and goes on by
         *     itself. Repeating the checkout of an ordered cart answers 200 with that same order. Guests need an `email`, and the
         *     cart's token for a cart; their reply has an `accessToken` for the order.
         */
        post: operations["createOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An order. A vendor sees its own part only. Answers 304 when `If-None-Match` fits. */
        get: operations["getOrder"];
        /**
         * Moves the order, or one vendor's part of it.
         * @description A vendor moves its own part; a customer may only cancel, before anything has left; support, admin and service may
         *     ask for any of the four. A move covers every unit it can, and one that is already made answers 200 without effect.
         */
        put: operations["updateOrder"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/anonymise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes out of the order what tells whose it is, once it has ended; money, units and events stay. */
        post: operations["anonymise"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels units that have not left.
         * @description Their share of the money falls away and their stock goes back. A customer may cancel before anything of a vendor
         *     order has left, a vendor its own part.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An order, live: its state, then every event of it, in sequence and without gaps.
         * @description The first event is `state`. The id of each further one is its sequence, its name the type, its data the entry of the timeline;
         *     what is another vendor's comes as `hidden`. With `Last-Event-ID` only what came after is sent. The stream ends when the token does.
         */
        get: operations["streamOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps an order from being processed and shipped. */
        post: operations["holdOrder"];
        /** Lets an order that was held go on. */
        delete: operations["releaseOrder"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every entry of money of the order, with its cause. A vendor sees its own part. */
        get: operations["getLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives money back: for units, an amount, or everything that can be; never more than was captured.
         * @description For units their price goes back with the commission on it. An amount is goodwill: spread over the lines by what can
         *     still be given back, borne by the vendor unless the marketplace is named. Tenders pay back in reverse order.
         */
        post: operations["refundOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks to send delivered units back: one return for each vendor order concerned. */
        post: operations["requestReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/returns/{returnId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Decides on a return: `received` takes the units back, `refunded` gives their price back. */
        put: operations["updateReturn"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/shipments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ships units: one parcel for each vendor order concerned. What they cost is captured. */
        post: operations["shipOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/shipments/{shipmentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Tells what the carrier says of a parcel. The last one that arrives delivers the vendor order. */
        put: operations["updateShipment"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/shipping-address": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sends the order somewhere else, before anything has left. */
        put: operations["changeShippingAddress"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every event of the order, in sequence, without gaps. */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/tracking-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The links that are good. */
        get: operations["listTrackingLinks"];
        put?: never;
        /**
         * Makes a link to the order's page, for people without an account.
         * @description For the buyer and for staff. An order has at most 20 links; the next one takes the place of the oldest. Whoever has the
         *     link sees what is in the order and where it is: no name, address, e-mail or money.
         */
        post: operations["createTrackingLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{id}/tracking-links/{linkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a link back: from now on it shows nothing. */
        delete: operations["revokeTrackingLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events of all orders, as they happen.
         * @description The id of an event is its place in the stream of all orders. Without `Last-Event-ID` the stream begins now, with an event
         *     `ready`; with it, with what has happened since. Where that is out of reach an event `reset` says that there is a gap.
         */
        get: operations["streamAllOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A way back to an order without an account: mails a link to the address that it was placed with.
         * @description Answers the same whether or not there is such an order. After a mail, further requests send nothing for five minutes, so a
         *     repetition needs no Idempotency-Key.
         */
        post: operations["lookUpOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/user/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A customer's order history. Newest first. */
        get: operations["listUserOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/track/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page of an order, for whoever holds a link to it.
         * @description A page, or the same as JSON for those who ask for JSON. A link that was not made here, has expired or was taken back is not
         *     found. The query is not read.
         */
        get: operations["getTracking"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/track/{token}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page of an order, live.
         * @description The event `state` has what `GET /track/{token}` tells: at the beginning, and again after every change. The ids of the events
         *     between are the sequence of the order; they are `hidden`. The stream ends when the link expires or is taken back.
         */
        get: operations["streamTracking"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{userId}/anonymise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far it has come, and what still names the user. */
        get: operations["progress"];
        put?: never;
        /**
         * Takes out of all carts and orders of a user what tells whose they are; money, units and events stay.
         * @description It is done in the background, and asking again changes nothing while it runs; once it is done, asking again begins anew, unless
         *     the Idempotency-Key is that of a request before. Orders that vendors have still to send are anonymised when they have ended, or at
         *     once with `includeOpen`.
         */
        post: operations["request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{userId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events of a customer's orders, as they happen.
         * @description The id of an event is its place in the stream of all orders. Without `Last-Event-ID` the stream begins now, with an event
         *     `ready`; with it, with what has happened since. Where that is out of reach an event `reset` says that there is a gap.
         */
        get: operations["streamUserOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/vendors/{vendorId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events of a vendor's orders as the vendor sees them, as they happen.
         * @description As those of a customer; what is another vendor's comes as `hidden`.
         */
        get: operations["streamVendorOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AddItemRequest: {
            /**
             * Format: uuid
             * @description The cart.
             * @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10
             */
            cartId: string;
            /**
             * @description Units, 1 to 999.
             * @example 2
             */
            quantity: number;
            /**
             * @description The product.
             * @example demo-1
             */
            sku: string;
        };
        Address: {
            /** @example Springfield */
            city: string;
            /**
             * @description ISO 3166-1 alpha-2 code.
             * @example US
             */
            country: string;
            /** @description Street and number. */
            line1: string;
            /** @example Flat 2 */
            line2?: string;
            /** @description The person or company. */
            name: string;
            /** @example 97477 */
            postalCode: string;
            /** @example OR */
            region?: string;
        };
        Anonymisation: {
            /**
             * @description Carts that were anonymised.
             * @example 3
             */
            carts: number;
            /** Format: date-time */
            finishedAt?: string;
            /** @example 0d6f1f0e-5b1c-8a37-9d1f-2c60a3d1b7aa */
            id: string;
            /** @description Whether orders are anonymised that vendors have not sent yet. */
            includeOpen: boolean;
            /**
             * @description Orders that were anonymised.
             * @example 12
             */
            orders: number;
            /** @description Something may remain although the status is `done`: the user has come back since. Ask again for it. */
            remaining: components["schemas"]["Remaining"];
            /** Format: date-time */
            requestedAt: string;
            /** @example running */
            status: components["schemas"]["AnonymisationStatus"];
            /**
             * @description Orders that were under way at the last look: they are anonymised when they have ended.
             * @example 1
             */
            waiting: number;
        };
        /** @enum {string} */
        AnonymisationStatus: "running" | "done";
        Anonymise: {
            /** @description Also orders that vendors have not sent yet: nobody will know where to send them. Without it they are left until they have ended. */
            includeOpen?: boolean;
        };
        AvailableUnits: {
            /** @example 1 */
            available: number;
            /** @example demo-1 */
            sku: string;
        };
        Cancellation: {
            /** @description What fell away with them. */
            amount: components["schemas"]["Money"];
            /** Format: date-time */
            at: string;
            /**
             * @description Who cancelled.
             * @example customer
             */
            by: string;
            /** @example c1 */
            id: string;
            items: components["schemas"]["ShipmentItem"][];
            /** @example Ordered by mistake */
            reason?: string;
            reasonCode?: components["schemas"]["CancellationReasonCode"];
        };
        /** @enum {string} */
        CancellationReasonCode: "customer_request" | "out_of_stock" | "damaged" | "cannot_ship" | "price_error" | "fraud" | "expired" | "other";
        CancelOrderRequest: {
            /** @description The units meant, 1 to 100 lines; all that are left when there is none. */
            items?: components["schemas"]["CartItemRequest"][];
            /** Format: uuid */
            orderId: string;
            /** @description Why, for people. */
            reason: string;
            /**
             * @description Why, for machines.
             * @example out_of_stock
             */
            reasonCode?: components["schemas"]["CancellationReasonCode"];
            /**
             * @description Narrows the request to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        CancelUnits: {
            /** @description The units meant, 1 to 100 lines; all that are left when there is none. */
            items?: components["schemas"]["CartItemRequest"][];
            /** @description Why, for people. */
            reason: string;
            /**
             * @description Why, for machines.
             * @example out_of_stock
             */
            reasonCode?: components["schemas"]["CancellationReasonCode"];
            /**
             * @description Narrows the request to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        Cart: {
            /**
             * @description What new quotes have changed; absent when nothing has. A change of prices that a reader's request brings to light stays
             *     here for all readers until the owner next changes the cart. The answer to that change tells only what its own quote
             *     says differently, and what came up in the meantime while somebody else was reading. Of a figure that changed more than
             *     once `before` is the first and `after` the current one; one that is back where it was is left out.
             */
            changes?: components["schemas"]["CartChange"][];
            /** @description The codes that the prices were asked with. One that the catalog does not know gives no discount. */
            couponCodes: string[];
            /** Format: date-time */
            createdAt: string;
            /** @example USD */
            currency: string;
            /**
             * @description Absent for guests.
             * @example alice
             */
            customerId?: string;
            /** Format: date-time */
            expiresAt: string;
            /** @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10 */
            id: string;
            items: components["schemas"]["CartLine"][];
            /**
             * @description The order that was made of it, once it is `ordered`.
             * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77
             */
            orderId?: string;
            /** Format: date-time */
            quotedAt: string;
            status: components["schemas"]["CartStatus"];
            /** @description A guest's token for this cart; only in the reply that made it. */
            token?: string;
            totals: components["schemas"]["CartTotals"];
            /** Format: date-time */
            updatedAt: string;
            vendors: components["schemas"]["CartVendor"][];
            /**
             * @description Counts the changes; also the ETag.
             * @example 3
             */
            version: number;
        };
        CartChange: {
            /** @description Money, or units for `availability`. */
            after: components["schemas"]["Money"] | number;
            /** @description Money, or units for `availability`. */
            before: components["schemas"]["Money"] | number;
            /**
             * @description `price`: of a unit. `shipping`, `discount` and `tax`: of the line; told where they did not follow from a change of the
             *     vendor's lines or of the coupons. `availability`: the units that can be had; told where they do not cover the line, or
             *     did not before.
             */
            kind: components["schemas"]["CartChangeKind"];
            /** @example demo-1 */
            sku: string;
        };
        /**
         * @description `price`: of a unit. `shipping`, `discount` and `tax`: of the line; told where they did not follow from a change of the
         *     vendor's lines or of the coupons. `availability`: the units that can be had; told where they do not cover the line, or
         *     did not before.
         * @enum {string}
         */
        CartChangeKind: "price" | "shipping" | "discount" | "tax" | "availability";
        CartItemRequest: {
            /**
             * @description Units, 1 to 999.
             * @example 2
             */
            quantity: number;
            /**
             * @description The product.
             * @example demo-1
             */
            sku: string;
        };
        CartLine: {
            /**
             * @description Units that could be had when the quote was made; 0 for a product that is no longer sold, whose price is its last one.
             * @example 40
             */
            available: number;
            /** @description Taken off the whole line, by promotions and coupons. */
            discount: components["schemas"]["Money"];
            /** @description Who bears the discount; only where there is one. */
            discountFundedBy?: components["schemas"]["DiscountFunder"];
            /**
             * @description Whether `available` covers `quantity`. Stock is only held by an order.
             * @example true
             */
            isAvailable: boolean;
            /** @description Unit price times quantity. */
            lineTotal: components["schemas"]["Money"];
            name: string;
            /** @example 2 */
            quantity: number;
            /** @description This line's share of the vendor's shipping. */
            shipping: components["schemas"]["Money"];
            /** @example demo-1 */
            sku: string;
            /** @description Tax on the whole line. */
            tax: components["schemas"]["Money"];
            unitPrice: components["schemas"]["Money"];
            /** @example vendor-1 */
            vendorId: string;
        };
        CartPath: {
            /**
             * Format: uuid
             * @description The cart.
             * @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10
             */
            cartId: string;
        };
        /** @enum {string} */
        CartStatus: "active" | "ordered" | "abandoned";
        CartTotals: {
            discount: components["schemas"]["Money"];
            grandTotal: components["schemas"]["Money"];
            items: components["schemas"]["Money"];
            shipping: components["schemas"]["Money"];
            tax: components["schemas"]["Money"];
        };
        CartVendor: {
            discount: components["schemas"]["Money"];
            /** @description Only where there is a discount. */
            discountFunding?: components["schemas"]["DiscountFunding"];
            items: components["schemas"]["Money"];
            shipping: components["schemas"]["Money"];
            tax: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
            /** @example vendor-1 */
            vendorId: string;
        };
        ChangeAddress: {
            shippingAddress: components["schemas"]["Address"];
        };
        CreateCart: {
            /**
             * @description Coupon codes for the quote.
             * @example [
             *       "WELCOME10"
             *     ]
             */
            couponCodes?: string[];
            /**
             * Format: currency
             * @description ISO 4217 code; the marketplace's own currency when left out.
             * @example USD
             */
            currency?: string;
            /** @description First items, at most 100. */
            items?: components["schemas"]["CartItemRequest"][];
        };
        CreateOrder: {
            /** @description The shipping address when left out. */
            billingAddress?: components["schemas"]["Address"];
            /**
             * Format: uuid
             * @description The cart to order; give either this or `items`.
             * @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10
             */
            cartId?: string;
            /**
             * @description The caller's own permanent id of the order, unique for that caller: a repetition answers with the order that has it.
             * @example import-2026-000123
             */
            clientReference?: string;
            /**
             * @description Coupon codes for the quote, besides the cart's.
             * @example [
             *       "WELCOME10"
             *     ]
             */
            couponCodes?: string[];
            /**
             * Format: currency
             * @description ISO 4217 code, with `items`; the marketplace's own currency when left out.
             * @example USD
             */
            currency?: string;
            /**
             * Format: email
             * @description Where messages go; required for guests.
             * @example alice@example.com
             */
            email?: string;
            /** @description The total that the buyer saw; any other answers 409 `price_changed`, and nothing is charged. */
            expectedTotal?: components["schemas"]["Money"];
            /** @description The items to order when there is no cart, 1 to 100. */
            items?: components["schemas"]["CartItemRequest"][];
            /**
             * @description The language of messages to the buyer, a BCP 47 tag; when left out the one that the buyer's `Accept-Language` prefers.
             * @example de-CH
             */
            locale?: string;
            /** @description Means of payment, at most 30, whose amounts add up to the order's total. */
            payments: components["schemas"]["PaymentRequest"][];
            shippingAddress: components["schemas"]["Address"];
        };
        CreateTrackingLink: {
            /**
             * @description Days for which it is good; 30 when left out.
             * @example 30
             */
            expiresInDays?: number;
        };
        /**
         * @description Who bears the discount; only where there is one.
         * @enum {string}
         */
        DiscountFunder: "vendor" | "marketplace";
        DiscountFunding: {
            marketplace: components["schemas"]["Money"];
            vendor: components["schemas"]["Money"];
        };
        Fault: {
            detail: string;
            /**
             * @description JSON Pointer (RFC 6901) into the body, or the name of the parameter or header.
             * @example /items/0/quantity
             */
            pointer: string;
        };
        /**
         * @description Who bears the discount
         * @enum {string}
         */
        Funder: "vendor" | "marketplace";
        HealthCheck: {
            /** @example up */
            status: string;
        } & {
            [key: string]: unknown;
        };
        HealthChecks: {
            /** @description All of them. */
            details: {
                [key: string]: components["schemas"]["HealthCheck"];
            };
            /** @description Those that failed. */
            error?: {
                [key: string]: components["schemas"]["HealthCheck"];
            };
            /** @description Those that passed. */
            info?: {
                [key: string]: components["schemas"]["HealthCheck"];
            };
            /** @example ok */
            status: components["schemas"]["HealthStatus"];
        };
        /** @enum {string} */
        HealthStatus: "ok" | "error" | "shutting_down" | "degraded";
        Hold: {
            /** Format: date-time */
            at: string;
            /** @example support */
            by: string;
            reason: string;
        };
        HoldOrder: {
            /** @description For people. */
            reason: string;
        };
        Ledger: {
            /** @example USD */
            currency: string;
            entries: components["schemas"]["LedgerEntry"][];
            /** @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77 */
            orderId: string;
            /** @description Decided but not done: pending, or failed and left to people. */
            outstanding: components["schemas"]["OutstandingOperation"][];
            totals: components["schemas"]["LedgerTotals"];
        };
        LedgerCause: {
            /**
             * @description The shipment, refund or cancellation; for a closing the event that ended the order, where there was one.
             * @example s1
             */
            id?: string;
            /**
             * @description The return that the refund was given for.
             * @example r1
             */
            returnId?: string;
            /** @example shipment */
            type: components["schemas"]["LedgerCauseType"];
        };
        /** @enum {string} */
        LedgerCauseType: "placement" | "cancellation" | "shipment" | "delivery" | "refund" | "closing" | "dispute";
        /**
         * @description What the price is made of, for `placed`.
         * @enum {string}
         */
        LedgerComponent: "items" | "shipping" | "discount" | "tax";
        LedgerEntry: {
            /** @description Signed by what it does to its figure: positive adds to it, negative takes from it. */
            amount: components["schemas"]["SignedMoney"];
            /** Format: date-time */
            at: string;
            cause: components["schemas"]["LedgerCause"];
            /** @description What the price is made of, for `placed`. */
            component?: components["schemas"]["LedgerComponent"];
            /**
             * @description The figure of the totals that the amount is added to; absent where the entry only informs (`payout-eligible`, `chargeback`).
             * @example commission
             */
            figure?: components["schemas"]["LedgerFigure"];
            /** @description Who bears the discount or the refund */
            fundedBy?: components["schemas"]["Funder"];
            /**
             * @description The key under which the Payment Service was asked. Not shown to vendors.
             * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77:t1:refund:3:499
             */
            idempotencyKey?: string;
            /** @example commission-reversed */
            kind: components["schemas"]["LedgerKind"];
            /**
             * @description 1, 2, 3 ... within this ledger.
             * @example 5
             */
            sequence: number;
            /**
             * @description Not shown to vendors.
             * @example t1
             */
            tenderId?: string;
            /** @example vendor-1 */
            vendorId?: string;
        };
        /**
         * @description The figure of the totals that the amount is added to; absent where the entry only informs (`payout-eligible`, `chargeback`).
         * @enum {string}
         */
        LedgerFigure: "placed" | "cancelled" | "authorized" | "voided" | "captured" | "refunded" | "commission" | "payout";
        /** @enum {string} */
        LedgerKind: "placed" | "cancelled" | "authorized" | "voided" | "captured" | "refunded" | "commission" | "payout" | "commission-reversed" | "goodwill" | "payout-reduced" | "payout-eligible" | "chargeback";
        LedgerTotals: {
            /** @description What was authorized at first; `voided` says how much of it was given up. Not shown to vendors. */
            authorized?: components["schemas"]["SignedMoney"];
            cancelled: components["schemas"]["SignedMoney"];
            captured: components["schemas"]["SignedMoney"];
            commission: components["schemas"]["SignedMoney"];
            /** @description commission + payout = captured - refunded. */
            payout: components["schemas"]["SignedMoney"];
            placed: components["schemas"]["SignedMoney"];
            refunded: components["schemas"]["SignedMoney"];
            /** @description Not shown to vendors. */
            voided?: components["schemas"]["SignedMoney"];
        };
        MergeCart: {
            /**
             * Format: uuid
             * @description The guest's cart.
             * @example 0199a1c2-7b1e-7c44-9d52-3f1f0c2b9a10
             */
            fromCartId: string;
            /** @description The guest's token for that cart. */
            fromToken: string;
        };
        Money: {
            /**
             * @description Minor units (cents).
             * @example 1999
             */
            amount: number;
            /**
             * Format: currency
             * @description ISO 4217 code.
             * @example USD
             */
            currency: string;
        };
        NextAction: {
            /**
             * @example redirect
             * @enum {string}
             */
            type: "redirect";
            /** @example https://bank.example/confirm/123 */
            url: string;
        };
        Order: {
            /** @description A guest's token for this order; only in the reply that placed it. */
            accessToken?: string;
            /**
             * Format: date-time
             * @description Since when the order no longer tells whose it was.
             */
            anonymisedAt?: string;
            billingAddress?: components["schemas"]["Address"];
            /** @example import-2026-000123 */
            clientReference?: string;
            /** @example USD */
            currency: string;
            /**
             * @description Absent for guests.
             * @example alice
             */
            customerId?: string;
            /** @example alice@example.com */
            email?: string;
            /** @description The order is kept from being processed and shipped; shown to vendors and staff. */
            hold?: components["schemas"]["Hold"];
            /** @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77 */
            id: string;
            /**
             * @description The language of messages to the buyer, a BCP 47 tag.
             * @example de-CH
             */
            locale?: string;
            /**
             * @description For people: short, unambiguous, with a check symbol.
             * @example 7K2M-9QXT-4BC
             */
            number: string;
            /** @description Not shown to vendors. */
            payment?: components["schemas"]["Payment"];
            /** Format: date-time */
            placedAt: string;
            shippingAddress: components["schemas"]["Address"];
            status: components["schemas"]["OrderStatus"];
            totals: components["schemas"]["OrderTotals"];
            /** Format: date-time */
            updatedAt: string;
            vendorOrders: components["schemas"]["VendorOrder"][];
            /**
             * @description Counts the changes; also the ETag.
             * @example 4
             */
            version: number;
        };
        /** @enum {string} */
        OrderEventType: "placed" | "payment-authorized" | "payment-declined" | "confirmed" | "processing" | "shipped" | "delivered" | "cancelled" | "payment-captured" | "payment-voided" | "refunded" | "return-requested" | "return-approved" | "return-received" | "return-rejected" | "returned" | "refund-failed" | "expired" | "shipment-delivered" | "shipment-lost" | "held" | "released" | "address-changed" | "payout-eligible" | "authorization-expiring" | "chargeback" | "anonymised";
        OrderLine: {
            /** @example 0 */
            cancelledQuantity: number;
            /** @example 0 */
            deliveredQuantity: number;
            /** @description Discount on the line. */
            discount: components["schemas"]["Money"];
            /** @description Who bears the discount */
            discountFundedBy?: components["schemas"]["Funder"];
            /** @description Unit price times quantity. */
            lineTotal: components["schemas"]["Money"];
            name: string;
            /** @example 2 */
            quantity: number;
            /**
             * @description Units whose price was given back.
             * @example 0
             */
            refundedQuantity: number;
            /** @example 0 */
            returnedQuantity: number;
            /** @example 2 */
            shippedQuantity: number;
            /** @description The line's share of the shipping. */
            shipping: components["schemas"]["Money"];
            /** @example demo-1 */
            sku: string;
            tax: components["schemas"]["Money"];
            unitPrice: components["schemas"]["Money"];
        };
        OrderLookup: {
            /**
             * Format: email
             * @description The e-mail address that was given with the order.
             * @example alice@example.com
             */
            email: string;
            /**
             * @description The order's number, as it was typed.
             * @example 7K2M-9QXT-4BC
             */
            number: string;
        };
        OrderLookupReply: {
            message: string;
        };
        OrderPage: {
            items: components["schemas"]["Order"][];
            /**
             * @description Give it as `cursor` for the next page; null on the last one.
             * @example null
             */
            nextCursor: string | null;
        };
        OrderRequest: {
            /** Format: uuid */
            orderId: string;
        };
        OrdersQuery: {
            /** @description `nextCursor` of the page before. */
            cursor?: string;
            /** @description Only orders of this customer. */
            customerId?: string;
            /**
             * Format: email
             * @description The address that the order's messages go to.
             * @example alice@example.com
             */
            email?: string;
            /**
             * @description Placed at or after, RFC 3339. A date alone is its midnight in UTC.
             * @example 2026-01-01T00:00:00Z
             */
            from?: string;
            /**
             * @description Items a page, 1 to 100.
             * @default 20
             */
            limit: number;
            /**
             * @description The order's number, as people write it.
             * @example 7K2M-9QXT-4BC
             */
            number?: string;
            /** @description Only orders whose payment is in this status. */
            paymentStatus?: components["schemas"]["PaymentStatus"];
            /** @description Only orders in these statuses; several separated by commas. */
            status?: ("pending" | "confirmed" | "processing" | "partially_shipped" | "shipped" | "partially_delivered" | "delivered" | "returned" | "cancelled" | "payment_failed")[];
            /**
             * @description Placed before, RFC 3339. A date alone is its midnight in UTC.
             * @example 2027-01-01T00:00:00Z
             */
            to?: string;
            /**
             * @description A parcel's tracking number.
             * @example 00340434161094042557
             */
            trackingNumber?: string;
            /** @description Only orders with a part of this vendor; `status` and `trackingNumber` then speak of that part. Implied for a vendor. */
            vendorId?: string;
        };
        /** @enum {string} */
        OrderStatus: "pending" | "confirmed" | "processing" | "partially_shipped" | "shipped" | "partially_delivered" | "delivered" | "returned" | "cancelled" | "payment_failed";
        OrderSummary: {
            /** @example USD */
            currency: string;
            /**
             * @description Absent for guests; not shown to vendors.
             * @example alice
             */
            customerId?: string;
            /** @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77 */
            id: string;
            /** @example 7K2M-9QXT-4BC */
            number: string;
            /** @description Not shown to vendors. */
            payment?: components["schemas"]["PaymentSummary"];
            /** Format: date-time */
            placedAt: string;
            status: components["schemas"]["OrderStatus"];
            totals: components["schemas"]["OrderSummaryTotals"];
            /** Format: date-time */
            updatedAt: string;
            vendorOrders: components["schemas"]["VendorOrderSummary"][];
            /** @example 4 */
            version: number;
        };
        OrderSummaryPage: {
            items: components["schemas"]["OrderSummary"][];
            /**
             * @description Give it as `cursor` for the next page; null on the last one.
             * @example null
             */
            nextCursor: string | null;
        };
        OrderSummaryTotals: {
            /** @description As placed; what fell away since is not taken off. */
            grandTotal: components["schemas"]["Money"];
        };
        OrderTotals: {
            cancelled: components["schemas"]["Money"];
            discount: components["schemas"]["Money"];
            grandTotal: components["schemas"]["Money"];
            items: components["schemas"]["Money"];
            refunded: components["schemas"]["Money"];
            shipping: components["schemas"]["Money"];
            tax: components["schemas"]["Money"];
        };
        OutstandingOperation: {
            amount: components["schemas"]["SignedMoney"];
            /**
             * @description How often the Payment Service has refused it or failed. Not shown to vendors.
             * @example 1
             */
            attempts?: number;
            cause: components["schemas"]["LedgerCause"];
            /**
             * Format: date-time
             * @description When it was decided.
             */
            createdAt: string;
            /** @description The key under which the Payment Service is asked. Not shown to vendors. */
            idempotencyKey?: string;
            kind: components["schemas"]["PaymentOperationKind"];
            /** @description What the Payment Service said last. Not shown to vendors. */
            lastError?: string;
            status: components["schemas"]["OutstandingStatus"];
            /**
             * @description Not shown to vendors.
             * @example t1
             */
            tenderId?: string;
            /** @example vendor-1 */
            vendorId?: string;
        };
        /** @enum {string} */
        OutstandingStatus: "pending" | "failed";
        Parcel: {
            /** @example DHL */
            carrier: string;
            /** @example 00340434161094042557 */
            trackingNumber: string;
            /**
             * Format: uri
             * @example https://carrier.example/track/00340434161094042557
             */
            trackingUrl?: string;
        };
        Payment: {
            /**
             * Format: date-time
             * @description When the first authorization lapses that goods still to be shipped are to be paid from; absent when none will.
             */
            authorizationExpiresAt?: string;
            /**
             * Format: date-time
             * @description An authorization is about to lapse: ship, or cancel what cannot be shipped in time. Since when that is known.
             */
            authorizationExpiringSince?: string;
            /** @description What was authorized less what was voided. */
            authorized: components["schemas"]["Money"];
            captured: components["schemas"]["Money"];
            nextAction?: components["schemas"]["NextAction"];
            refunded: components["schemas"]["Money"];
            status: components["schemas"]["PaymentStatus"];
            tenders: components["schemas"]["Tender"][];
        };
        /** @enum {string} */
        PaymentOperationKind: "capture" | "void" | "refund";
        PaymentRequest: {
            /** @description The share of the total that it bears; one entry may leave it out and takes the rest. */
            amount?: components["schemas"]["Money"];
            /**
             * @description A reference to a payment method kept by the Payment Service; never card data.
             * @example tok_visa
             */
            methodToken: string;
        };
        /** @enum {string} */
        PaymentStatus: "pending" | "authorizing" | "unknown" | "requires_action" | "authorized" | "partially_captured" | "captured" | "partially_refunded" | "refunded" | "declined" | "voided";
        PaymentSummary: {
            status: components["schemas"]["PaymentStatus"];
        };
        PriceDifference: {
            actual: components["schemas"]["Money"];
            difference?: components["schemas"]["SignedMoney"];
            expected?: components["schemas"]["Money"];
            /** @example demo-1 */
            sku: string;
        };
        Problem: {
            /** @description `payment_declined`: a guest's token for that order. */
            accessToken?: string;
            /** @description `price_changed`: what it is now. */
            actualTotal?: components["schemas"]["Money"];
            /** @description `illegal_transition`: the statuses that could have been asked for. */
            allowed?: string[];
            /**
             * @description Stable; made to be branched on. New codes may come.
             * @example validation_failed
             */
            code: components["schemas"]["ProblemCode"];
            /** @example quantity must not be less than 1 */
            detail?: string;
            /** @description `internal`: found again in the service's log. */
            errorId?: string;
            /** @description `validation_failed`: one entry a fault. */
            errors?: components["schemas"]["Fault"][];
            /** @description `price_changed`: what the buyer saw. */
            expectedTotal?: components["schemas"]["Money"];
            /** @description `illegal_transition`: the status as it is. */
            from?: string;
            /** @example /carts */
            instance?: string;
            /** @description `quantity_unavailable`: the products of which fewer units are left than were asked for. */
            items?: components["schemas"]["AvailableUnits"][];
            /** @description `price_changed`: line by line. */
            lines?: components["schemas"]["PriceDifference"][];
            /**
             * @description `payment_declined`: the order exists, with status `payment_failed`.
             * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77
             */
            orderId?: string;
            /** @description `payments_do_not_add_up`: what they came to. */
            payments?: components["schemas"]["Money"];
            /**
             * @description `payment_declined`: why, in the words of the Payment Service.
             * @example card_declined
             */
            reason?: string;
            /** @description `refund_exceeds_captured`: the most that can be given back. */
            refundable?: components["schemas"]["Money"];
            /**
             * @description `rate_limited`: when there is room again.
             * @example 60
             */
            retryAfterSeconds?: number;
            /** @description `out_of_stock`: the products of which too few are left. */
            short?: components["schemas"]["AvailableUnits"][];
            /** @example 400 */
            status: number;
            title: string;
            /** @description `illegal_transition`: the status that was asked for. */
            to?: string;
            /** @description `payments_do_not_add_up`: what the payments should have come to. */
            total?: components["schemas"]["Money"];
            /**
             * @description The trace that the request belongs to (W3C Trace Context), if it belongs to one; found again in the service's log.
             * @example 0af7651916cd43dd8448eb211c80319c
             */
            traceId?: string;
            /** @example https://marketplace.example/problems/validation-failed */
            type: string;
            /** @description `unknown_sku`: the products that the catalog does not sell. */
            unknown?: string[];
            /**
             * @description `version_conflict`: the current version.
             * @example 4
             */
            version?: number;
        } & {
            [key: string]: unknown;
        };
        /**
         * @description Stable; made to be branched on. New codes may come.
         * @enum {string}
         */
        ProblemCode: "validation_failed" | "malformed_json" | "invalid_cursor" | "unauthenticated" | "payment_declined" | "forbidden" | "not_found" | "method_not_allowed" | "reply_too_large" | "request_timeout" | "illegal_transition" | "order_held" | "order_full" | "cart_not_active" | "price_changed" | "out_of_stock" | "idempotency_in_progress" | "refund_exceeds_captured" | "quantity_unavailable" | "version_conflict" | "body_too_large" | "uri_too_long" | "unsupported_media_type" | "unknown_sku" | "currency_mismatch" | "payments_do_not_add_up" | "idempotency_key_reused" | "rate_limited" | "headers_too_large" | "internal" | "catalog_unavailable" | "inventory_unavailable" | "database_unavailable" | "keys_unavailable" | "overloaded" | "draining";
        Refund: {
            amount: components["schemas"]["Money"];
            /** Format: date-time */
            at: string;
            fundedBy: components["schemas"]["Funder"];
            /** @example f1 */
            id: string;
            kind: components["schemas"]["RefundKind"];
            lines: components["schemas"]["RefundLine"][];
            reason: string;
            /** @description How much of it has been paid out. */
            refunded: components["schemas"]["Money"];
            /** @example r1 */
            returnId?: string;
        };
        /** @enum {string} */
        RefundKind: "items" | "amount";
        RefundLine: {
            amount: components["schemas"]["Money"];
            /**
             * @description Units; 0 for goodwill.
             * @example 1
             */
            quantity: number;
            /** @example demo-1 */
            sku: string;
        };
        RefundOrder: {
            /** @description An amount for no units, spread over what can still be given back; instead of `items`. */
            amount?: components["schemas"]["Money"];
            /**
             * @description Who bears an amount; the vendor unless told.
             * @example marketplace
             */
            fundedBy?: components["schemas"]["Funder"];
            /** @description The units meant, 1 to 100 lines; all that are left when there is none. */
            items?: components["schemas"]["CartItemRequest"][];
            /** @description Why, for people. */
            reason: string;
            /**
             * @description Narrows the request to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        RefundOrderRequest: {
            /** @description An amount for no units, spread over what can still be given back; instead of `items`. */
            amount?: components["schemas"]["Money"];
            /**
             * @description Who bears an amount; the vendor unless told.
             * @example marketplace
             */
            fundedBy?: components["schemas"]["Funder"];
            /** @description The units meant, 1 to 100 lines; all that are left when there is none. */
            items?: components["schemas"]["CartItemRequest"][];
            /** Format: uuid */
            orderId: string;
            /** @description Why, for people. */
            reason: string;
            /**
             * @description Narrows the request to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        Remaining: {
            /** @example 0 */
            carts: number;
            /** @example 0 */
            orders: number;
        };
        /** @enum {string} */
        RequestableStatus: "processing" | "shipped" | "delivered" | "cancelled";
        RequestReturn: {
            /** @description The units meant, 1 to 100 lines; all that are left when there is none. */
            items?: components["schemas"]["CartItemRequest"][];
            /** @description Why, for people. */
            reason: string;
            /**
             * @description Narrows the request to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        Return: {
            /** @example r1 */
            id: string;
            items: components["schemas"]["ShipmentItem"][];
            reason: string;
            /**
             * @description The refund that it came to.
             * @example f1
             */
            refundId?: string;
            /** @example The item was used */
            rejectionReason?: string;
            /** Format: date-time */
            requestedAt: string;
            status: components["schemas"]["ReturnStatus"];
            /** Format: date-time */
            updatedAt: string;
        };
        /** @enum {string} */
        ReturnMove: "approved" | "received" | "refunded" | "rejected";
        /** @enum {string} */
        ReturnStatus: "requested" | "approved" | "received" | "refunded" | "rejected";
        SetCoupons: {
            /**
             * @description All codes from now on, at most 10; none removes them all. A code that the catalog does not know gives no discount.
             * @example [
             *       "WELCOME10"
             *     ]
             */
            couponCodes: string[];
        };
        SetQuantity: {
            /**
             * @description Units, 0 to 999; 0 removes the line.
             * @example 3
             */
            quantity: number;
        };
        Shipment: {
            /** @example DHL */
            carrier?: string;
            /** Format: date-time */
            deliveredAt?: string;
            /** @example s1 */
            id: string;
            items: components["schemas"]["ShipmentItem"][];
            /** Format: date-time */
            shippedAt: string;
            status: components["schemas"]["ShipmentStatus"];
            /** @example 00340434161094042557 */
            trackingNumber?: string;
            /** @example https://carrier.example/track/00340434161094042557 */
            trackingUrl?: string;
        };
        ShipmentItem: {
            /** @example 2 */
            quantity: number;
            /** @example demo-1 */
            sku: string;
        };
        /** @enum {string} */
        ShipmentMove: "delivered" | "lost";
        /** @enum {string} */
        ShipmentStatus: "in_transit" | "delivered" | "lost";
        ShipOrderRequest: {
            /** @example DHL */
            carrier: string;
            /** @description The units meant, 1 to 100 lines; all that are left when there is none. */
            items?: components["schemas"]["CartItemRequest"][];
            /** Format: uuid */
            orderId: string;
            /** @example 00340434161094042557 */
            trackingNumber: string;
            /**
             * Format: uri
             * @example https://carrier.example/track/00340434161094042557
             */
            trackingUrl?: string;
            /**
             * @description Narrows the request to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        ShipUnits: {
            /** @example DHL */
            carrier: string;
            /** @description The units meant, 1 to 100 lines; all that are left when there is none. */
            items?: components["schemas"]["CartItemRequest"][];
            /** @example 00340434161094042557 */
            trackingNumber: string;
            /**
             * Format: uri
             * @example https://carrier.example/track/00340434161094042557
             */
            trackingUrl?: string;
            /**
             * @description Narrows the request to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        SignedMoney: {
            /**
             * @description Minor units (cents).
             * @example -120
             */
            amount: number;
            /**
             * @description ISO 4217 code.
             * @example USD
             */
            currency: string;
        };
        Tender: {
            amount: components["schemas"]["Money"];
            /** @description Held at the moment or captured: what was authorized less what was voided. */
            authorized: components["schemas"]["Money"];
            captured: components["schemas"]["Money"];
            /** @example t1 */
            id: string;
            /** @description Why it was declined. */
            reason?: string;
            refunded: components["schemas"]["Money"];
            status: components["schemas"]["PaymentStatus"];
        };
        Timeline: {
            items: components["schemas"]["TimelineEntry"][];
            /**
             * @description Give it as `after` for the next page; null when there is no more yet.
             * @example null
             */
            nextCursor: string | null;
        };
        TimelineEntry: {
            /** Format: date-time */
            at?: string;
            /**
             * @description Who caused it.
             * @example vendor
             */
            by?: string;
            /** @description What belongs to the type, for example the parcel or the amount. */
            data?: {
                [key: string]: unknown;
            };
            /** @description The event belongs to another vendor; nothing else is told of it. */
            hidden?: boolean;
            /**
             * @description 1, 2, 3 ... without gaps.
             * @example 3
             */
            sequence: number;
            status?: components["schemas"]["OrderStatus"];
            /** @example shipped */
            type?: components["schemas"]["OrderEventType"];
            /**
             * @description The vendor order concerned, where the event is about one.
             * @example vendor-1
             */
            vendorId?: string;
        };
        TimelineRequest: {
            /**
             * @description Only events after this sequence.
             * @default 0
             */
            after: number;
            /**
             * @description Items a page, 1 to 100.
             * @default 100
             */
            limit: number;
            /** Format: uuid */
            orderId: string;
        };
        TrackedCancellation: {
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            at: string;
            items: components["schemas"]["TrackedUnits"][];
        };
        TrackedItem: {
            cancelledQuantity: number;
            deliveredQuantity: number;
            name: string;
            /** @example 2 */
            quantity: number;
            returnedQuantity: number;
            shippedQuantity: number;
        };
        TrackedParcel: {
            /** @example DHL */
            carrier?: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            deliveredAt?: string;
            items: components["schemas"]["TrackedUnits"][];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            shippedAt: string;
            status: components["schemas"]["ShipmentStatus"];
            statusText: string;
            /** @example 00340434161094042557 */
            trackingNumber?: string;
            /**
             * @description At the carrier's.
             * @example https://carrier.example/track/00340434161094042557
             */
            trackingUrl?: string;
        };
        TrackedReturn: {
            items: components["schemas"]["TrackedUnits"][];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            requestedAt: string;
            status: components["schemas"]["ReturnStatus"];
            /** @example Approved */
            statusText: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            updatedAt: string;
        };
        TrackedUnits: {
            name: string;
            /** @example 2 */
            quantity: number;
        };
        TrackedVendorOrder: {
            cancellations: components["schemas"]["TrackedCancellation"][];
            items: components["schemas"]["TrackedItem"][];
            nextStep: string;
            parcels: components["schemas"]["TrackedParcel"][];
            returns: components["schemas"]["TrackedReturn"][];
            status: components["schemas"]["VendorOrderStatus"];
            statusText: string;
            steps: components["schemas"]["TrackingStep"][];
            /** @example vendor-1 */
            vendorId: string;
        };
        TrackingLink: {
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            /** @example 3b0f6c1e-5d1c-4a57-8f0e-9c2d4b6a7e11 */
            id: string;
            /**
             * @description The last part of the address, for `GET /track/{token}`.
             * @example eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTk5In0.c2lnbmF0dXJl
             */
            token: string;
            /**
             * @description Opens the page.
             * @example https://orders.example/track/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTk5In0.c2lnbmF0dXJl
             */
            url: string;
        };
        TrackingLinks: {
            items: components["schemas"]["TrackingLink"][];
            /**
             * @description There is never another page.
             * @example null
             */
            nextCursor: string | null;
        };
        TrackingSnapshot: {
            /** @description What to expect next. */
            nextStep: string;
            /** @example 7K2M-9QXT-4BC */
            number: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            placedAt: string;
            status: components["schemas"]["OrderStatus"];
            /** @description The status for people. */
            statusText: string;
            /**
             * Format: date-time
             * @description When something happened last that is shown.
             * @example 2026-03-01T12:00:00.000Z
             */
            updatedAt: string;
            vendorOrders: components["schemas"]["TrackedVendorOrder"][];
        };
        TrackingStep: {
            /**
             * Format: date-time
             * @description When; absent where it has not happened, or left no time of its own.
             * @example 2026-03-01T12:00:00.000Z
             */
            at?: string;
            /** @description Where the vendor's part is now. */
            isCurrent: boolean;
            name: components["schemas"]["TrackingStepName"];
            /** @description `partial`: some of the units, and not yet all. */
            state: components["schemas"]["TrackingStepState"];
            /** @description For people. */
            text: string;
        };
        /** @enum {string} */
        TrackingStepName: "ordered" | "confirmed" | "processing" | "shipped" | "delivered" | "returned" | "cancelled";
        /**
         * @description `partial`: some of the units, and not yet all.
         * @enum {string}
         */
        TrackingStepState: "done" | "partial" | "upcoming";
        UpdateOrder: {
            /**
             * @description Why, for people.
             * @example Ordered by mistake
             */
            reason?: string;
            /**
             * @description Why, for machines; with `cancelled`.
             * @example out_of_stock
             */
            reasonCode?: components["schemas"]["CancellationReasonCode"];
            /** @description The parcel, with `shipped`. */
            shipment?: components["schemas"]["Parcel"];
            /** @example shipped */
            status: components["schemas"]["RequestableStatus"];
            /**
             * @description Narrows the move to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        UpdateOrderRequest: {
            /** Format: uuid */
            orderId: string;
            /**
             * @description Why, for people.
             * @example Ordered by mistake
             */
            reason?: string;
            /**
             * @description Why, for machines; with `cancelled`.
             * @example out_of_stock
             */
            reasonCode?: components["schemas"]["CancellationReasonCode"];
            /** @description The parcel, with `shipped`. */
            shipment?: components["schemas"]["Parcel"];
            /** @example shipped */
            status: components["schemas"]["RequestableStatus"];
            /**
             * @description Narrows the move to one vendor order; implied for a vendor.
             * @example vendor-1
             */
            vendorId?: string;
        };
        UpdateReturn: {
            /**
             * @description Why, for people; shown with a rejection.
             * @example The item was used
             */
            reason?: string;
            /** @example approved */
            status: components["schemas"]["ReturnMove"];
        };
        UpdateShipment: {
            /** @example delivered */
            status: components["schemas"]["ShipmentMove"];
        };
        VendorOrder: {
            cancellations: components["schemas"]["Cancellation"][];
            items: components["schemas"]["OrderLine"][];
            /**
             * Format: date-time
             * @description Since when the vendor should have begun.
             */
            overdueSince?: string;
            /**
             * Format: date-time
             * @description When the payout became due: delivered, and the time to return is over.
             */
            payoutEligibleAt?: string;
            refunds: components["schemas"]["Refund"][];
            returns: components["schemas"]["Return"][];
            shipments: components["schemas"]["Shipment"][];
            status: components["schemas"]["VendorOrderStatus"];
            totals: components["schemas"]["VendorOrderTotals"];
            /** @example vendor-1 */
            vendorId: string;
        };
        /** @enum {string} */
        VendorOrderStatus: "pending" | "confirmed" | "processing" | "partially_shipped" | "shipped" | "partially_delivered" | "delivered" | "returned" | "cancelled";
        VendorOrderSummary: {
            status: components["schemas"]["VendorOrderStatus"];
            /** @example vendor-1 */
            vendorId: string;
        };
        VendorOrderTotals: {
            cancelled: components["schemas"]["Money"];
            /** @description The marketplace's share of what was captured and not refunded. Less than nothing where it bears more goodwill than that. */
            commission: components["schemas"]["SignedMoney"];
            discount: components["schemas"]["Money"];
            grandTotal: components["schemas"]["Money"];
            items: components["schemas"]["Money"];
            /** @description The vendor's share: captured - refunded - commission. Less than nothing where a refund costs the vendor more than it got. */
            payout: components["schemas"]["SignedMoney"];
            refunded: components["schemas"]["Money"];
            shipping: components["schemas"]["Money"];
            tax: components["schemas"]["Money"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Names the request in the log: the one that was sent, if it could be used */
        "X-Request-Id": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    createCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCart"];
            };
        };
        responses: {
            /** @description The active cart, with the items added */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The new cart */
            201: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /**
             * @description `unknown_sku`: The catalog does not know the product
             *     `currency_mismatch`: The currencies differ
             *     `idempotency_key_reused`: The idempotency key was used for another request
             */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_sku" | "currency_mismatch" | "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `catalog_unavailable`: The Catalog Service does not answer
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "catalog_unavailable" | "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the caller has already */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The cart. */
                cartId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cart */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    abandonCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The cart. */
                cartId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cart is abandoned */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `cart_not_active`: The cart can no longer be changed */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cart_not_active";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    setCartCoupons: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The cart. */
                cartId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetCoupons"];
            };
        };
        responses: {
            /** @description The cart */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `cart_not_active`: The cart can no longer be changed */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cart_not_active";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `catalog_unavailable`: The Catalog Service does not answer
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "catalog_unavailable" | "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    addCartItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The cart. */
                cartId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CartItemRequest"];
            };
        };
        responses: {
            /** @description The cart */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `cart_not_active`: The cart can no longer be changed */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cart_not_active";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /**
             * @description `unknown_sku`: The catalog does not know the product
             *     `currency_mismatch`: The currencies differ
             *     `idempotency_key_reused`: The idempotency key was used for another request
             */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_sku" | "currency_mismatch" | "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `catalog_unavailable`: The Catalog Service does not answer
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "catalog_unavailable" | "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    setCartItemQuantity: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The cart. */
                cartId: string;
                /** @description The product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetQuantity"];
            };
        };
        responses: {
            /** @description The cart */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `cart_not_active`: The cart can no longer be changed */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cart_not_active";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /**
             * @description `unknown_sku`: The catalog does not know the product
             *     `currency_mismatch`: The currencies differ
             */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_sku" | "currency_mismatch";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `catalog_unavailable`: The Catalog Service does not answer
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "catalog_unavailable" | "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    removeCartItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The cart. */
                cartId: string;
                /** @description The product. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cart */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `cart_not_active`: The cart can no longer be changed */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cart_not_active";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `catalog_unavailable`: The Catalog Service does not answer
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "catalog_unavailable" | "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    mergeCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The cart. */
                cartId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeCart"];
            };
        };
        responses: {
            /** @description The cart */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `cart_not_active`: The cart can no longer be changed */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cart_not_active";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /**
             * @description `currency_mismatch`: The currencies differ
             *     `idempotency_key_reused`: The idempotency key was used for another request
             */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "currency_mismatch" | "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `catalog_unavailable`: The Catalog Service does not answer
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "catalog_unavailable" | "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getMyCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the caller has already */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cart */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthChecks"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It may */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthChecks"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             *
             *     It may not
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthChecks"];
                };
            };
        };
    };
    getStartup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthChecks"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only orders of this customer. */
                customerId?: string;
                /** @description The address that the order's messages go to. */
                email?: string;
                /** @description Placed at or after, RFC 3339. A date alone is its midnight in UTC. */
                from?: string;
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description The order's number, as people write it. */
                number?: string;
                /** @description Only orders whose payment is in this status. */
                paymentStatus?: components["schemas"]["PaymentStatus"];
                /** @description Only orders in these statuses; several separated by commas. */
                status?: ("pending" | "confirmed" | "processing" | "partially_shipped" | "shipped" | "partially_delivered" | "delivered" | "returned" | "cancelled" | "payment_failed")[];
                /** @description Placed before, RFC 3339. A date alone is its midnight in UTC. */
                to?: string;
                /** @description A parcel's tracking number. */
                trackingNumber?: string;
                /** @description Only orders with a part of this vendor; `status` and `trackingNumber` then speak of that part. Implied for a vendor. */
                vendorId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `invalid_cursor`: The cursor was not issued by this list
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    createOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The buyer's language, where the body has no `locale` */
                "Accept-Language"?: string;
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: do not wait for the payment */
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOrder"];
            };
        };
        responses: {
            /** @description The order that this cart or reference has already become */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The new order */
            201: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `payment_declined`: The payment was declined */
            402: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payment_declined";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `cart_not_active`: The cart can no longer be changed
             *     `price_changed`: The price is not the expected one
             *     `out_of_stock`: Not enough units are available
             *     `idempotency_in_progress`: The first request with this key is still running
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cart_not_active" | "price_changed" | "out_of_stock" | "idempotency_in_progress";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /**
             * @description `unknown_sku`: The catalog does not know the product
             *     `currency_mismatch`: The currencies differ
             *     `payments_do_not_add_up`: The payments do not add up to the total
             *     `idempotency_key_reused`: The idempotency key was used for another request
             */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_sku" | "currency_mismatch" | "payments_do_not_add_up" | "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `catalog_unavailable`: The Catalog Service does not answer
             *     `inventory_unavailable`: The Inventory Service does not answer
             *     `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "catalog_unavailable" | "inventory_unavailable" | "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the caller has already */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The caller has the current version */
            304: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    updateOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateOrder"];
            };
        };
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             *     `order_held`: The order is on hold
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full" | "order_held";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    anonymise: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Anonymise"];
            };
        };
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelUnits"];
            };
        };
        responses: {
            /** @description The order, with what was added */
            201: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             *     `quantity_unavailable`: Fewer units are left than asked for
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full" | "quantity_unavailable";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    streamOrder: {
        parameters: {
            query?: {
                /** @description The id of the last event that the reader has seen, where it cannot send the header `Last-Event-ID`. */
                lastEventId?: string;
            };
            header?: {
                /** @description The id of the last event that the reader has seen */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the order and its events */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: state
                     *     data: {"id":"0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77","number":"7K2M-9QXT-4BC","status":"confirmed","version":4,"sequence":3}
                     *
                     *     id: 3
                     *     event: confirmed
                     *     data: {"sequence":3,"type":"confirmed","at":"2026-01-01T12:00:00.000Z","by":"system","status":"confirmed"}
                     *
                     *     :
                     */
                    "text/event-stream": string;
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `draining`: The service is shutting down
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "draining" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    holdOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldOrder"];
            };
        };
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    releaseOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    getLedger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries, oldest first, and their sums */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ledger"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    refundOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundOrder"];
            };
        };
        responses: {
            /** @description The order, with what was added */
            201: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             *     `refund_exceeds_captured`: The refund is more than was captured
             *     `quantity_unavailable`: Fewer units are left than asked for
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full" | "refund_exceeds_captured" | "quantity_unavailable";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /**
             * @description `currency_mismatch`: The currencies differ
             *     `idempotency_key_reused`: The idempotency key was used for another request
             */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "currency_mismatch" | "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    requestReturn: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestReturn"];
            };
        };
        responses: {
            /** @description The order, with what was added */
            201: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             *     `quantity_unavailable`: Fewer units are left than asked for
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full" | "quantity_unavailable";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    updateReturn: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
                /** @description The return. */
                returnId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateReturn"];
            };
        };
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             *     `refund_exceeds_captured`: The refund is more than was captured
             *     `quantity_unavailable`: Fewer units are left than asked for
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full" | "refund_exceeds_captured" | "quantity_unavailable";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    shipOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShipUnits"];
            };
        };
        responses: {
            /** @description The order, with what was added */
            201: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             *     `quantity_unavailable`: Fewer units are left than asked for
             *     `order_held`: The order is on hold
             */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full" | "quantity_unavailable" | "order_held";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    updateShipment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
                /** @description The parcel. */
                shipmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateShipment"];
            };
        };
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    changeShippingAddress: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAddress"];
            };
        };
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The version of the resource, for If-Match and If-None-Match */
                    ETag?: string;
                    /** @description The path of the resource */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /**
             * @description `illegal_transition`: The status does not allow this move
             *     `order_full`: The order takes no more changes
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "illegal_transition" | "order_full";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: {
                /** @description Only events after this sequence. */
                after?: number;
                /** @description Items a page, 1 to 100. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events after the given sequence */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listTrackingLinks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The links */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackingLinks"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    createTrackingLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTrackingLink"];
            };
        };
        responses: {
            /** @description The link */
            201: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackingLink"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `order_full`: The order takes no more changes */
            409: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "order_full";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    revokeTrackingLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the change only if this is still the version (412 otherwise) */
                "If-Match"?: string;
            };
            path: {
                /** @description The order. */
                id: string;
                /** @description The link. */
                linkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link is gone */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `order_full`: The order takes no more changes */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "order_full";
                    };
                };
            };
            /** @description `version_conflict`: The resource has changed since it was read */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "version_conflict";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    streamAllOrders: {
        parameters: {
            query?: {
                /** @description The id of the last event that the reader has seen, where it cannot send the header `Last-Event-ID`. */
                lastEventId?: string;
            };
            header?: {
                /** @description The id of the last event that the reader has seen */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events of all orders */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 41
                     *     event: ready
                     *     data: {}
                     *
                     *     id: 42
                     *     event: confirmed
                     *     data: {"orderId":"0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77","number":"7K2M-9QXT-4BC","sequence":3,"type":"confirmed","at":"2026-01-01T12:00:00.000Z","status":"confirmed"}
                     *
                     *     :
                     */
                    "text/event-stream": string;
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `draining`: The service is shutting down
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "draining" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    lookUpOrder: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderLookup"];
            };
        };
        responses: {
            /** @description Understood */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderLookupReply"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    listUserOrders: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Placed at or after, RFC 3339. A date alone is its midnight in UTC. */
                from?: string;
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description Only orders in these statuses; several separated by commas. */
                status?: ("pending" | "confirmed" | "processing" | "partially_shipped" | "shipped" | "partially_delivered" | "delivered" | "returned" | "cancelled" | "payment_failed")[];
                /** @description Placed before, RFC 3339. A date alone is its midnight in UTC. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The customer. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `invalid_cursor`: The cursor was not issued by this list
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getTracking: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The token of a tracking link */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackingSnapshot"];
                    "text/html": string;
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                    "text/html": string;
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                    "text/html": string;
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                    "text/html": string;
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                    "text/html": string;
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                    "text/html": string;
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                    "text/html": string;
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                    "text/html": string;
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                    "text/html": string;
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                    "text/html": string;
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                    "text/html": string;
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                    "text/html": string;
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                    "text/html": string;
                };
            };
        };
    };
    streamTracking: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that the reader has seen */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The token of a tracking link */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the page shows, after every change */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: state
                     *     data: {"number":"7K2M-9QXT-4BC","status":"shipped","statusText":"On its way"}
                     *
                     *     id: 7
                     *     event: hidden
                     *     data: {"sequence":7,"hidden":true}
                     *
                     *     :
                     */
                    "text/event-stream": string;
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `draining`: The service is shutting down
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "draining" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The customer. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of it */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Anonymisation"];
                };
            };
            /** @description The caller has this reply already (`If-None-Match`) */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             *     `overloaded`: The service is overloaded
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "database_unavailable" | "keys_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    request: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeats of the request have its effect once. Callers without a token must send a UUID. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The customer. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Anonymise"];
            };
        };
        responses: {
            /** @description It is under way */
            202: {
                headers: {
                    /** @description `true` when this is the answer to an earlier request with the same key */
                    "Idempotency-Replayed"?: "true";
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Anonymisation"];
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `idempotency_key_reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "idempotency_key_reused";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    streamUserOrders: {
        parameters: {
            query?: {
                /** @description The id of the last event that the reader has seen, where it cannot send the header `Last-Event-ID`. */
                lastEventId?: string;
            };
            header?: {
                /** @description The id of the last event that the reader has seen */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The customer. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events of the customer's orders */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 41
                     *     event: ready
                     *     data: {}
                     *
                     *     id: 42
                     *     event: shipped
                     *     data: {"orderId":"0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77","number":"7K2M-9QXT-4BC","sequence":5,"type":"shipped","at":"2026-01-01T12:00:00.000Z","vendorId":"vendor-1","status":"shipped"}
                     *
                     *     :
                     */
                    "text/event-stream": string;
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `draining`: The service is shutting down
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "draining" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
    streamVendorOrders: {
        parameters: {
            query?: {
                /** @description The id of the last event that the reader has seen, where it cannot send the header `Last-Event-ID`. */
                lastEventId?: string;
            };
            header?: {
                /** @description The id of the last event that the reader has seen */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The vendor. */
                vendorId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events of the vendor's orders */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 41
                     *     event: ready
                     *     data: {}
                     *
                     *     id: 42
                     *     event: shipped
                     *     data: {"orderId":"0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77","number":"7K2M-9QXT-4BC","sequence":5,"type":"shipped","at":"2026-01-01T12:00:00.000Z","vendorId":"vendor-1"}
                     *
                     *     id: 43
                     *     event: hidden
                     *     data: {"orderId":"0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77","sequence":6,"hidden":true}
                     *
                     *     :
                     */
                    "text/event-stream": string;
                };
            };
            /**
             * @description `validation_failed`: The request does not fit its schema
             *     `malformed_json`: The body is not JSON
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "malformed_json";
                    };
                };
            };
            /** @description `unauthenticated`: A valid token is needed */
            401: {
                headers: {
                    /** @description How to sign in */
                    "WWW-Authenticate"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: The caller may not do this */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: There is no such resource */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description `request_timeout`: The request did not arrive in time */
            408: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "body_too_large";
                    };
                };
            };
            /** @description `uri_too_long`: The address is too long */
            414: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "uri_too_long";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be application/json */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "headers_too_large";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `overloaded`: The service is overloaded
             *     `draining`: The service is shutting down
             *     `database_unavailable`: The database does not answer
             *     `keys_unavailable`: Tokens cannot be checked at the moment
             */
            503: {
                headers: {
                    /** @description Seconds after which the same request may succeed; with the codes that pass by themselves */
                    "Retry-After"?: number;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded" | "draining" | "database_unavailable" | "keys_unavailable";
                    };
                };
            };
        };
    };
}
