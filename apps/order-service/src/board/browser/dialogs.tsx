import { useState } from 'preact/hooks';
import { CommandDialog, type CommandDialogProps } from './command-dialog.js';
import type { Command } from './command-keys.js';
import { TextField, UnitsField } from './fields.js';
import { amountText, moneyText } from './format.js';
import { cancelCommand, refundCommand, required, shipCommand, unrefunded, type Picked, type Refund } from './intent.js';
import { openUnits, refundableMinor, type VendorOrder } from './model.js';

export type DialogFrame = Omit<CommandDialogProps, 'title' | 'submit' | 'command' | 'children' | 'isDangerous'>;

interface PartDialogProps {
  frame: DialogFrame;
  part: VendorOrder;
}

export function ShipDialog({ frame, part }: PartDialogProps) {
  const [parcel, setParcel] = useState({ carrier: '', trackingNumber: '', trackingUrl: '' });
  const [picked, setPicked] = useState<Picked>({});
  const set = (change: Partial<typeof parcel>): void => setParcel({ ...parcel, ...change });
  return (
    <CommandDialog
      {...frame}
      title={`Ship for ${part.vendorId}`}
      submit="Ship"
      command={() => shipCommand(frame.order.id, part, parcel, picked)}
    >
      <TextField label="Carrier" value={parcel.carrier} onInput={(carrier) => set({ carrier })} />
      <TextField
        label="Tracking number"
        value={parcel.trackingNumber}
        onInput={(trackingNumber) => set({ trackingNumber })}
      />
      <TextField
        label="Tracking address"
        mode="url"
        isOptional
        hint="A web page of the carrier, https://…"
        value={parcel.trackingUrl}
        onInput={(trackingUrl) => set({ trackingUrl })}
      />
      <UnitsField lines={part.items} most={openUnits} picked={picked} onPick={setPicked} />
      <p class="soft small">The buyer is charged for what you ship.</p>
    </CommandDialog>
  );
}

/** Cancels a vendor order, or the whole order where there is none. */
export function CancelDialog({ frame, part }: { frame: DialogFrame; part?: VendorOrder | undefined }) {
  const [reason, setReason] = useState('');
  const [picked, setPicked] = useState<Picked>({});
  return (
    <CommandDialog
      {...frame}
      title={part ? `Cancel for ${part.vendorId}` : 'Cancel the whole order'}
      submit="Cancel these units"
      isDangerous
      command={() => cancelCommand(frame.order.id, part, reason, picked)}
    >
      <p>What has not left is cancelled, and the buyer does not pay for it. This cannot be undone.</p>
      <TextField label="Reason" value={reason} onInput={setReason} />
      {part && <UnitsField lines={part.items} most={openUnits} picked={picked} onPick={setPicked} />}
    </CommandDialog>
  );
}

const NO_REFUND: Refund = { how: 'amount', amount: '', fundedBy: 'vendor', reason: '', picked: {} };

export function RefundDialog({ frame, part }: PartDialogProps) {
  const { currency, id } = frame.order;
  const most = { amount: refundableMinor([part]), currency };
  const [refund, setRefund] = useState<Refund>(NO_REFUND);
  const set = (change: Partial<Refund>): void => setRefund({ ...refund, ...change });
  const { how } = refund;
  return (
    <CommandDialog
      {...frame}
      title={`Refund for ${part.vendorId}`}
      submit="Refund"
      isDangerous
      command={() => refundCommand(id, part, refund, currency)}
    >
      <p>
        Up to <b class="amount">{moneyText(most)}</b> can be given back. A refund cannot be taken back.
      </p>
      <fieldset class="choices">
        <legend>What</legend>
        {(['amount', 'units', 'all'] as const).map((each) => (
          <label key={each}>
            <input type="radio" name="how" checked={how === each} onChange={() => set({ how: each })} />
            {{ amount: 'An amount', units: 'Units', all: 'Everything' }[each]}
          </label>
        ))}
      </fieldset>
      {how === 'amount' && (
        <>
          <TextField
            label={`Amount in ${currency}`}
            mode="decimal"
            hint={`At most ${amountText(most.amount, currency)}`}
            value={refund.amount}
            onInput={(amount) => set({ amount })}
          />
          <label class="field">
            <span>Borne by</span>
            <select value={refund.fundedBy} onChange={(event) => set({ fundedBy: event.currentTarget.value })}>
              <option value="vendor">the vendor</option>
              <option value="marketplace">the marketplace</option>
            </select>
          </label>
        </>
      )}
      {how === 'units' && (
        <UnitsField lines={part.items} most={unrefunded} picked={refund.picked} onPick={(picked) => set({ picked })} />
      )}
      <TextField label="Reason" value={refund.reason} onInput={(reason) => set({ reason })} />
    </CommandDialog>
  );
}

export function HoldDialog({ frame }: { frame: DialogFrame }) {
  const [reason, setReason] = useState('');
  return (
    <CommandDialog
      {...frame}
      title="Hold the order"
      submit="Hold"
      command={() => ({
        method: 'POST',
        path: `/orders/${frame.order.id}/hold`,
        body: { reason: required(reason, 'Give a reason.') },
      })}
    >
      <p>Nothing is processed or shipped until it is released.</p>
      <TextField label="Reason" value={reason} onInput={setReason} />
    </CommandDialog>
  );
}

/** A command that needs nothing but to be meant. */
export function ConfirmDialog(props: { frame: DialogFrame; title: string; text: string; command: Command }) {
  return (
    <CommandDialog {...props.frame} title={props.title} submit={props.title} command={() => props.command}>
      <p>{props.text}</p>
    </CommandDialog>
  );
}
