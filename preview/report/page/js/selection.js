/** What of the architecture is seen: all regions as one, or one of them. */
export class Selection {
  constructor(report, region) {
    this.report = report;
    this.region = region;
    this.boxes = report.architecture.boxes.filter((box) => this.resources(box).length);
    this.byId = new Map(this.boxes.map((box) => [box.id, box]));
    this.lines = report.architecture.lines
      .filter(({ from, to }) => this.byId.has(from) && this.byId.has(to))
      .map((line) => ({ ...line, references: this.references(line) }))
      .filter(({ references }) => references.length);
  }

  /** A box's resources; those of the chosen region alone where the box stands in every region. */
  resources(box) {
    return box.resources.filter((at) => this.sees(box, at)).map((at) => this.report.resources[at]);
  }

  /** How many components a box stands for. */
  components(box) {
    return this.region && box.per_region ? 1 : box.components;
  }

  /** The lines to draw: none to what stands under all, and none from what looks at all. */
  get drawn() {
    const { under_all: under, over_all: over } = this.report.architecture;
    return this.lines.filter(({ from, to }) => !under.includes(to) && !over.includes(from));
  }

  /** A number of resources of a type, in words. */
  counted(type, count) {
    const [one, many] = this.report.words[type];
    return `${count} ${count === 1 ? one : many}`;
  }

  sees(box, at) {
    return !this.region || !box.per_region || this.report.resources[at].region === this.region;
  }

  references({ from, to, references }) {
    const [start, end] = [this.byId.get(from), this.byId.get(to)];
    return references.filter(([a, b]) => this.sees(start, a) && this.sees(end, b));
  }
}
