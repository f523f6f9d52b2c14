/** A request or an answer, whatever carried it. */
export interface Message {
  /** When it first reached the router. */
  readonly sentAtMs: number;
  /** Of its first passage; `null`: the queue refused that one. */
  readonly sojournMs: number | null;
  /** When whoever it is for could read it, as far as the router knows; `null`: never. */
  readonly deliveredMs: number | null;
}
