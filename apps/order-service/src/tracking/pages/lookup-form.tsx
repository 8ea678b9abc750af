import type { Problem } from '@marketplace/contracts';
import type { ComponentChildren } from 'preact';

/** What was sent, and why it was not taken. */
export interface Refusal {
  readonly problem: Problem;
  readonly typed: unknown;
}

interface Field {
  readonly name: 'number' | 'email';
  readonly label: string;
  readonly hint: string;
  readonly fault: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const FIELDS: readonly Field[] = [
  {
    name: 'number',
    label: 'Order number',
    hint: 'It is in the message that confirmed the order, for example 7K2M-9QXT-4BC.',
    fault: 'Please enter the order number.',
    attributes: {
      type: 'text',
      autocomplete: 'off',
      autocapitalize: 'characters',
      spellcheck: 'false',
      maxlength: '40',
    },
  },
  {
    name: 'email',
    label: 'E-mail address',
    hint: 'The one that was given with the order.',
    fault: 'Please enter an e-mail address, such as name@example.com.',
    attributes: { type: 'email', autocomplete: 'email', inputmode: 'email', maxlength: '254' },
  },
];

/** Asks for what a person knows who has placed an order without an account. Works without a script. */
export function LookupForm({ refusal }: { refusal?: Refusal }): ComponentChildren {
  const faulty = FIELDS.filter(({ name }) => isFaulty(refusal, name));
  return (
    <PlainPage heading="Find your order">
      <p class="soft">We send a link to the order's page to the e-mail address that the order was placed with.</p>
      {refusal && (
        <p class="notice bad" role="alert">
          {faulty.length === 0 ? 'The form could not be read. Please try again.' : 'Please check what is marked below.'}
        </p>
      )}
      <form class="track-form" method="post" action="/track" noValidate>
        {FIELDS.map((field) => (
          <LookupField field={field} isFaulty={faulty.includes(field)} value={typedIn(refusal, field.name)} />
        ))}
        <button type="submit" class="primary">
          Send me the link
        </button>
      </form>
    </PlainPage>
  );
}

function LookupField({
  field,
  isFaulty,
  value,
}: {
  field: Field;
  isFaulty: boolean;
  value: string;
}): ComponentChildren {
  const { name, label, hint, fault, attributes } = field;
  const describedBy = isFaulty ? `${name}-hint ${name}-fault` : `${name}-hint`;
  return (
    <div class="track-field">
      <label for={name}>{label}</label>
      <p id={`${name}-hint`} class="soft small">
        {hint}
      </p>
      {isFaulty && (
        <p id={`${name}-fault`} class="track-fault">
          {fault}
        </p>
      )}
      <input
        id={name}
        name={name}
        required
        value={value}
        aria-describedby={describedBy}
        aria-invalid={isFaulty ? 'true' : undefined}
        {...attributes}
      />
    </div>
  );
}

/** The same whether or not there is such an order. */
export function LookupAnswer(): ComponentChildren {
  return (
    <PlainPage heading="Look into your inbox">
      <p>
        If there is such an order, we have sent a link to that e-mail address. It can take a few minutes to arrive, and
        a mail is sent at most every five minutes.
      </p>
      <p class="soft">Nothing there? Look into the spam folder, and check the number and the address.</p>
      <p>
        <a href="/track">Try again</a>
      </p>
    </PlainPage>
  );
}

/** What went wrong, and what to do about it. */
export function ProblemNotice({ problem }: { problem: Problem }): ComponentChildren {
  if (problem.status === 404) {
    return (
      <PlainPage heading="This link does not work">
        <p>
          It may have expired or been taken back, or a part of it may be missing. Please check that you have opened the
          whole address.
        </p>
        <p>
          <a class="button" href="/track">
            Get a new link
          </a>
        </p>
      </PlainPage>
    );
  }
  return (
    <PlainPage heading="This page cannot be shown">
      <p>
        {problem.status >= 500 ? 'Something is not working on our side. Please try again in a moment.' : problem.title}
      </p>
      {typeof problem['errorId'] === 'string' && (
        <p class="soft small">If you tell us of it, name {problem['errorId']}.</p>
      )}
      <p>
        <a href="/track">Find your order</a>
      </p>
    </PlainPage>
  );
}

function PlainPage({ heading, children }: { heading: string; children: ComponentChildren }): ComponentChildren {
  return (
    <div class="track">
      <header class="track-bar">
        <p>Order tracking</p>
      </header>
      <main class="track-plain card">
        <h1>{heading}</h1>
        {children}
      </main>
    </div>
  );
}

function isFaulty(refusal: Refusal | undefined, name: string): boolean {
  return refusal?.problem.errors?.some(({ pointer }) => pointer === `/${name}`) ?? false;
}

/** What the person has typed stays in the form. */
function typedIn(refusal: Refusal | undefined, name: string): string {
  const value = (refusal?.typed as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}
