/** One line of the accuracy bench; queues are tail-drop, in milliseconds at the line's rate. */
export interface BenchLink {
  readonly name: string;
  readonly down: string;
  readonly up: string;
  /** Base round trip added by a delaying relay. */
  readonly rtt?: string;
  /** Lines of 1 to 5 Mbit/s are allowed one packet's time on the wire more. */
  readonly slow?: boolean;
}

/**
 * Chosen so that every grade occurs, total and by direction, and at least six truths lie 3 to 10 % off a boundary
 * (5, 30, 60, 200, 400 ms): under cubic a tail-drop queue's median is 75 to 95 % of its size.
 */
export const LINKS: readonly BenchLink[] = [
  { name: 'gigabit-class fibre, small queues', down: '500mbit/5ms', up: '500mbit/5ms' },
  { name: 'fibre, just above 5 ms', down: '300mbit/7ms', up: '300mbit/7ms' },
  { name: 'fibre, asymmetric', down: '500mbit/3ms', up: '100mbit/20ms' },
  { name: 'cable', down: '200mbit/40ms', up: '20mbit/80ms' },
  { name: 'cable, large upload queue', down: '100mbit/34ms', up: '10mbit/250ms' },
  { name: 'symmetric 100', down: '100mbit/35ms', up: '100mbit/35ms' },
  { name: 'symmetric 50', down: '50mbit/69ms', up: '50mbit/69ms' },
  { name: 'VDSL', down: '50mbit/100ms', up: '10mbit/200ms' },
  { name: 'VDSL with base round trip', down: '50mbit/150ms', up: '20mbit/150ms', rtt: '20ms' },
  { name: 'DSL with base round trip', down: '20mbit/60ms', up: '10mbit/60ms', rtt: '20ms' },
  { name: 'the known link', down: '20mbit/500ms', up: '10mbit/500ms' },
  { name: 'LTE-like', down: '40mbit/250ms', up: '15mbit/480ms' },
  { name: 'very deep queues', down: '30mbit/1000ms', up: '10mbit/1000ms' },
  { name: 'ten-packet queues', down: '10mbit/13ms', up: '10mbit/13ms' },
  { name: '5/1 ADSL', down: '5mbit/200ms', up: '1mbit/500ms', slow: true },
  { name: '2/2', down: '2mbit/150ms', up: '2mbit/150ms', slow: true },
  { name: '4/2', down: '4mbit/450ms', up: '2mbit/300ms', slow: true },
  { name: '3/1 deep', down: '3mbit/1000ms', up: '1mbit/1000ms', slow: true },
];
