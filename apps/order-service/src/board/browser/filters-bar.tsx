import { useState } from 'preact/hooks';
import { AGES, isFiltered, NO_FILTERS, type Filters } from './filters.js';
import { ORDER_STATUSES, PAYMENT_STATUSES, wordsOf } from './words.js';

function named(status: string): [string, string] {
  return [status, wordsOf(status)];
}

const CHOICES = [
  { label: 'Status', field: 'status', options: ORDER_STATUSES.map(named), isForStaff: false },
  { label: 'Payment', field: 'paymentStatus', options: PAYMENT_STATUSES.map(named), isForStaff: true },
  {
    label: 'Age',
    field: 'age',
    options: Object.entries(AGES).map(([age, { label }]): [string, string] => [age, label]),
    isForStaff: false,
  },
] as const;

interface Props {
  filters: Filters;
  isStaff: boolean;
  onChange: (filters: Filters) => void;
}

export function FiltersBar({ filters, isStaff, onChange }: Props) {
  const [typed, setTyped] = useState({ vendorId: filters.vendorId, find: filters.find });
  // A phone shows the orders first; on a wide screen there is nothing to fold.
  const [isOpen] = useState(() => matchMedia('(width >= 44rem)').matches || isFiltered(filters));
  const apply = (change: Partial<Filters>): void => onChange({ ...filters, ...typed, ...change });
  const clear = (): void => {
    setTyped({ vendorId: '', find: '' });
    onChange(NO_FILTERS);
  };
  return (
    <search>
      <details class="filter-fold" open={isOpen}>
        <summary>Find and filter</summary>
        <form
          class="filters"
          onSubmit={(event) => {
            event.preventDefault();
            apply({});
          }}
        >
          <Text
            label="Find"
            placeholder="Number, e-mail or tracking number"
            value={typed.find}
            onInput={(find) => setTyped({ ...typed, find })}
            onDone={() => apply({})}
          />
          {CHOICES.filter((choice) => isStaff || !choice.isForStaff).map(({ label, field, options }) => (
            <Choice
              key={field}
              label={label}
              options={options}
              value={filters[field]}
              onChange={(value) => apply({ [field]: value })}
            />
          ))}
          {isStaff && (
            <Text
              label="Vendor"
              placeholder="All vendors"
              value={typed.vendorId}
              onInput={(vendorId) => setTyped({ ...typed, vendorId })}
              onDone={() => apply({})}
            />
          )}
          <div class="filter-buttons">
            <button type="submit">Apply</button>
            {isFiltered(filters) && (
              <button type="button" onClick={clear}>
                Clear
              </button>
            )}
          </div>
        </form>
      </details>
    </search>
  );
}

interface TextProps {
  label: string;
  placeholder: string;
  value: string;
  onInput: (value: string) => void;
  onDone: () => void;
}

function Text({ label, placeholder, value, onInput, onDone }: TextProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="search"
        value={value}
        placeholder={placeholder}
        maxLength={254}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
        onChange={onDone}
      />
    </label>
  );
}

interface ChoiceProps {
  label: string;
  options: readonly (readonly [string, string])[];
  value: string;
  onChange: (value: string) => void;
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">Any</option>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
