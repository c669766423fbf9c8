/**
 * Members that meet under keys, kept up as they come and go. What one member has in common with others, and those with
 * others again, is its neighbourhood: nothing outside can matter to how it is sorted, so only neighbourhoods that a change
 * has touched are sorted again.
 */

/** Most keys belong to one member only, so that a set is made when there is a second. */
type Holders<Member> = Member | Set<Member>;

export class Neighbourhoods<Member extends { readonly keys: readonly string[] }> {
  readonly #holders = new Map<string, Holders<Member>>();
  #touched = new Set<Member>();

  add(member: Member): void {
    this.#touched.add(member);
    for (const key of member.keys) {
      const holders = this.#holders.get(key);
      if (holders === undefined) this.#holders.set(key, member);
      else if (holders instanceof Set) holders.add(member);
      else if (holders !== member) this.#holders.set(key, new Set([holders, member]));
    }
  }

  /** Those a member leaves have lost something they were sorted by. They still share the key: one of them finds the others. */
  remove(member: Member): void {
    for (const key of member.keys) {
      const holders = this.#holders.get(key);
      if (!(holders instanceof Set)) {
        this.#holders.delete(key);
        continue;
      }
      holders.delete(member);
      const [rest] = holders;
      if (rest !== undefined) this.#touched.add(rest);
      if (holders.size === 0) this.#holders.delete(key);
    }
    this.#touched.delete(member);
  }

  /** The neighbourhoods that have changed since the last call, each whole. */
  takeTouched(): readonly (readonly Member[])[] {
    const seen = new Set<Member>();
    const walked = new Set<Set<Member>>();
    const found: Member[][] = [];
    for (const member of this.#touched) if (!seen.has(member)) found.push(this.#around(member, seen, walked));
    this.#touched = new Set();
    return found;
  }

  #around(member: Member, seen: Set<Member>, walked: Set<Set<Member>>): Member[] {
    const found = [member];
    seen.add(member);
    for (let at = 0; at < found.length; at += 1) {
      for (const key of (found[at] as Member).keys) {
        const holders = this.#holders.get(key);
        if (!(holders instanceof Set) || walked.has(holders)) continue;
        walked.add(holders);
        for (const one of holders) {
          if (seen.has(one)) continue;
          seen.add(one);
          found.push(one);
        }
      }
    }
    return found;
  }
}
