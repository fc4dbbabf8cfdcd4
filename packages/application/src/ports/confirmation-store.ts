/** A dangerous command that waits for its confirmation by the person who asked for it. */
export interface Confirmation {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly command: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** As `operatorName` writes it. */
  readonly operator: string;
  readonly expiresAtMs: number;
}

/** `spent`: confirmed or cancelled before, by another click. `foreign`: it waits for somebody else. */
export type Taken =
  | { readonly outcome: "taken"; readonly confirmation: Confirmation }
  | { readonly outcome: "spent" | "expired" | "foreign" | "unknown" };

export interface ConfirmationStore {
  /** Writing the same again changes nothing. */
  open(confirmation: Confirmation): Promise<void>;
  /** One conditional write: of all clicks one wins, and its own repetition after a crash wins again. */
  take(id: string, by: { readonly operator: string; readonly askId: string }, nowMs: number): Promise<Taken>;
}
