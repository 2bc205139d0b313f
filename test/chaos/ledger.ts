import type { RaziEvent } from "../../sdk/protocol.ts";

export const idOf = ({ page, seq }: Pick<RaziEvent, "page" | "seq">): string => `${page}/${seq}`;

/** What was sent and what was promised, kept apart from everything that is under test. */
export class Ledger {
  readonly sent = new Map<string, { readonly event: RaziEvent; readonly visitor: number }>();
  /** Answered 202, and accepted. */
  readonly acknowledged = new Set<string>();
  /** Answered 202, and not accepted. */
  refused = 0;
  /** Answers by status; 0 is none. */
  readonly answers = new Map<number, number>();

  answered(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }

  /** `stored` are the rows as analysts see them, in any order. */
  judge(stored: readonly string[]): Judgement {
    const once = new Set(stored);
    return {
      lost: [...this.acknowledged].filter((id) => !once.has(id)),
      duplicated: stored.length - once.size,
      unknown: [...once].filter((id) => !this.sent.has(id)),
    };
  }
}

export interface Judgement {
  /** Acknowledged and not there. */
  readonly lost: readonly string[];
  /** Rows too many. */
  readonly duplicated: number;
  /** There, and never sent. */
  readonly unknown: readonly string[];
}
