import type { Finding } from './check/harm.js';
import type { Trial } from './trial.js';

/** The two forms of the suite: a short one with every test run, a long one by hand. */
export type Form = 'short' | 'long';

/** What a scenario says of itself when it has run. */
export interface Story {
  /** The load, in words. */
  load: string;
  /** The faults, in words, and how many were injected. */
  faults: string;
  faultCount: number;
  /** When the last fault had healed; the end of the load unless told. */
  healedAt?: number;
  /** What only the scenario itself could see. */
  findings?: Finding[];
  /** Figures for a table of their own. */
  measurements?: Measurement[];
}

export interface Measurement {
  name: string;
  before: number;
  during: number;
  unit: string;
}

/** A scenario: load, faults, healing. What follows, waiting for quiet and checking, is the same for all. */
export interface Scenario {
  name: string;
  /** Members of the MongoDB replica set, which the scenario may kill; otherwise MongoDB is left alone. */
  mongoMembers?: number;
  /** Undefined where a form leaves the scenario out. */
  run: Partial<Record<Form, (trial: Trial) => Promise<Story>>>;
}

/** A scenario whose forms differ in their parameters only. */
export function scenario<Parameters>(
  name: string,
  parameters: Partial<Record<Form, Parameters>>,
  run: (trial: Trial, parameters: Parameters) => Promise<Story>,
  options: Pick<Scenario, 'mongoMembers'> = {},
): Scenario {
  const bind = (form: Form): Scenario['run'] => {
    const given = parameters[form];
    return given === undefined ? {} : { [form]: async (trial: Trial) => run(trial, given) };
  };
  return { name, ...options, run: { ...bind('short'), ...bind('long') } };
}
