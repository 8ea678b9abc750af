import { IllegalTransitionError, StateMachine } from './state-machine.js';

const light = new StateMachine<'red' | 'green' | 'amber' | 'broken'>('light', 'red', {
  red: ['green'],
  green: ['amber'],
  amber: ['red'],
  broken: [],
});

describe('StateMachine', () => {
  it('moves along its table only, and says what would have been allowed', () => {
    expect(light.move('red', 'green')).toBe('green');
    expect(() => light.move('red', 'amber')).toThrow(IllegalTransitionError);
    try {
      light.move('red', 'amber');
    } catch (error) {
      expect(error).toMatchObject({ machine: 'light', from: 'red', to: 'amber', allowed: ['green'] });
    }
  });

  it('knows what can be reached', () => {
    expect(light.reachable()).toEqual(new Set(['red', 'green', 'amber']));
    expect(light.states).toContain('broken');
  });
});
