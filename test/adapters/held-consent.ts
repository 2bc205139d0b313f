import type { Choice, Consent, ConsentState, GrantResult } from "../../sdk/consent.ts";

/** A consent that holds what it is told, and notes it. */
export interface HeldConsent extends Consent {
  held: string[];
  /** What it was asked to do, in order. */
  told: string[];
  choices: Choice[];
  /** Status of the next answers; granted after them. */
  statuses: number[];
}

export function holdConsent(held: string[] = []): HeldConsent {
  let isDenied = false;
  let turn = 0;
  const hearers: ((state: ConsentState) => void)[] = [];
  const change = (next: string[], denied = false) => {
    consent.held = next;
    isDenied = denied;
    for (const hear of hearers) hear(consent.state());
  };
  const consent: HeldConsent = {
    held,
    told: [],
    choices: [],
    statuses: [],
    state: () => (isDenied ? "denied" : consent.held[0] ? "granted" : "unknown"),
    record: () => (consent.held[0] ? ({ blocks: consent.held } as ReturnType<Consent["record"]>) : undefined),
    async grant(choice): Promise<GrantResult> {
      const mine = ++turn;
      const blocks = Object.keys(choice.blocks).filter((block) => choice.blocks[block]);
      consent.told.push(`grant ${blocks}`);
      consent.choices.push(choice);
      await Promise.resolve();
      const status = consent.statuses.shift() ?? 201;
      if (mine === turn && status === 201) change(blocks);
      return { state: consent.state(), status };
    },
    async withdraw(blocks) {
      turn++;
      consent.told.push(blocks ? `withdraw ${blocks}` : "withdraw");
      change(blocks ? consent.held.filter((block) => !blocks.includes(block)) : []);
      return true;
    },
    async deny() {
      turn++;
      consent.told.push("deny");
      change([], true);
      return true;
    },
    onChange(hear) {
      hearers.push(hear);
      return () => void hearers.splice(hearers.indexOf(hear), 1);
    },
  };
  return consent;
}
