/** Sets that grow together. Joining and finding take nearly constant time (union by size, path halving). */
export class UnionFind {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, index) => index);
    this.#size = new Int32Array(count).fill(1);
  }

  find(member: number): number {
    let at = member;
    for (;;) {
      const parent = this.#parent[at] ?? at;
      if (parent === at) return at;
      const grandparent = this.#parent[parent] ?? parent;
      this.#parent[at] = grandparent;
      at = grandparent;
    }
  }

  join(one: number, other: number): void {
    const a = this.find(one);
    const b = this.find(other);
    if (a === b) return;
    const [small, large] = (this.#size[a] ?? 1) < (this.#size[b] ?? 1) ? [a, b] : [b, a];
    this.#parent[small] = large;
    this.#size[large] = (this.#size[large] ?? 1) + (this.#size[small] ?? 1);
  }
}
