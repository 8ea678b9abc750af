import { moneyText, timeText } from './format.js';
import { detailsOf, titleOf } from './happenings.js';
import type { Ledger, TimelineEntry } from './model.js';
import { wordsOf } from './words.js';

/** What has happened to an order, latest first. Events of other vendors' parts are left out. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <section class="card part" aria-labelledby="timeline">
      <h3 id="timeline">Timeline</h3>
      <ol class="timeline">
        {entries
          .filter((entry) => !entry.hidden)
          .toReversed()
          .map((entry) => (
            <li key={entry.sequence} data-type={entry.type}>
              <p>
                <b>{titleOf(entry)}</b> {entry.vendorId !== undefined && <span class="soft">{entry.vendorId}</span>}
              </p>
              <p class="small">{detailsOf(entry)}</p>
              <p class="small soft">
                {entry.at !== undefined && <time dateTime={entry.at}>{timeText(entry.at)}</time>}
                {entry.by !== undefined && ` by ${entry.by}`}
              </p>
            </li>
          ))}
      </ol>
    </section>
  );
}

/** Every movement of an order's money, and what was decided but has not happened. */
export function LedgerView({ ledger }: { ledger: Ledger }) {
  return (
    <details class="card part ledger">
      <summary>
        <h3>Ledger</h3> <span class="soft small">{ledger.entries.length} entries</span>
      </summary>
      {ledger.outstanding.map((operation, index) => (
        <p key={index} class={operation.status === 'failed' ? 'notice bad' : 'notice warn'}>
          <b>
            {wordsOf(operation.kind)} of {moneyText(operation.amount)} {operation.status}
          </b>{' '}
          {operation.vendorId} {operation.lastError}
        </p>
      ))}
      <dl class="sums">
        {Object.entries(ledger.totals).map(([figure, amount]) => (
          <div key={figure}>
            <dt>{wordsOf(figure)}</dt>
            <dd class="amount">{moneyText(amount)}</dd>
          </div>
        ))}
      </dl>
      <div class="scroll" tabIndex={0} role="region" aria-label="Entries of the ledger">
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Vendor</th>
              <th scope="col" class="number">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {ledger.entries.map((entry) => (
              <tr key={entry.sequence}>
                <td>
                  <time dateTime={entry.at}>{timeText(entry.at)}</time>
                </td>
                <td>
                  {wordsOf(entry.kind)} {entry.component !== undefined && <span class="soft">{entry.component}</span>}
                </td>
                <td>{entry.vendorId}</td>
                <td class="number amount">{moneyText(entry.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
