import type { Picked } from './intent.js';
import type { Line } from './model.js';

interface TextFieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  isOptional?: boolean;
  mode?: 'text' | 'decimal' | 'url';
}

export function TextField({ label, value, onInput, hint, isOptional = false, mode = 'text' }: TextFieldProps) {
  return (
    <label class="field">
      <span>
        {label} {isOptional && <span class="soft small">optional</span>}
      </span>
      <input
        value={value}
        inputMode={mode}
        maxLength={500}
        autocomplete="off"
        required={!isOptional}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint !== undefined && <span class="soft small">{hint}</span>}
    </label>
  );
}

interface UnitsFieldProps {
  lines: readonly Line[];
  most: (line: Line) => number;
  picked: Picked;
  onPick: (picked: Picked) => void;
}

/** Units of each product; all of them unless changed. */
export function UnitsField({ lines, most, picked, onPick }: UnitsFieldProps) {
  return (
    <fieldset class="units">
      <legend>Units</legend>
      {lines
        .filter((line) => most(line) > 0)
        .map((line) => (
          <label key={line.sku}>
            <span>
              {line.name} <span class="soft small">of {most(line)}</span>
            </span>
            <input
              type="number"
              min={0}
              max={most(line)}
              value={picked[line.sku] ?? String(most(line))}
              onInput={(event) => onPick({ ...picked, [line.sku]: event.currentTarget.value })}
            />
          </label>
        ))}
    </fieldset>
  );
}
