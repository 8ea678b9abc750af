import type { Problem } from './api.js';

/** A problem as the service tells it. */
export function ProblemNotice({ problem, children }: { problem: Problem; children?: preact.ComponentChildren }) {
  const { title, detail, code, status, errors } = problem;
  return (
    <div class="notice bad" role="alert">
      <p>
        <b>{title}</b>
        {status > 0 && (
          <span class="small">
            {' '}
            ({status}
            {code !== undefined && ` ${code}`})
          </span>
        )}
      </p>
      {detail !== undefined && <p>{detail}</p>}
      {errors?.map((fault) => (
        <p key={fault.pointer}>{fault.detail}</p>
      ))}
      {children}
    </div>
  );
}
