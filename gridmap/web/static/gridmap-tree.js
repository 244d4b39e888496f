/* The tree of units and cells: a status document joined with the geometry that has been loaded. */
(function () {
  "use strict";

  const { worldX, worldY } = window.gridmap.shapes;
  const LEVELS = ["county", "township", "village", "cell"];

  /** Items by code, those the map starts from, and full outlines by unit code; `decoded` is by content hash. */
  function buildTree(status, decoded) {
    const items = new Map();
    const outlines = new Map();
    for (const { level, chunks } of status.levels) {
      for (const entry of chunks) {
        const chunk = decoded.get(entry.hash);
        if (!chunk) continue;
        if (chunk.outline) outlines.set(entry.parent, chunk.outline);
        chunk.shapes.forEach((shape, i) => {
          if (entry.names[i] !== null) items.set(shape.code, itemOf(level, entry, shape, i));
        });
      }
    }
    const roots = [];
    for (const item of items.values()) {
      const parent = items.get(item.parent);
      if (parent) parent.below.push(item);
      else if (item.kind === "unit" && item.fetchedWith === "") roots.push(item);
    }
    return { items, roots, outlines };
  }

  function itemOf(level, entry, shape, i) {
    const item = { code: shape.code, parent: shape.parent, name: entry.names[i], level, shape, own: shape, below: [] };
    item.fetchedWith = entry.parent;
    if (level === "cell") return Object.assign(item, { kind: "cell", state: Number(entry.states[i]), children: 0 });
    return Object.assign(item, {
      kind: "unit",
      cells: entry.cells[i],
      vacant: entry.vacant[i],
      fill: entry.fills[i],
      children: entry.children[i],
    });
  }

  function pointsOf(groups) {
    const marks = [];
    for (const kind of Object.keys(groups)) {
      const group = groups[kind];
      group.codes.forEach((code, i) => {
        marks.push({
          kind,
          code,
          name: group.names[i],
          type: group.kinds[i],
          state: group.states[i],
          text: group.texts[i],
          at: [worldX(group.lon[i]), worldY(group.lat[i])],
          judgedFor: null,
        });
      });
    }
    return marks;
  }

  /** True where the children of a unit are wanted: they are at or above the target level. */
  function isFiner(item, target) {
    const below = item.below.length ? item.below[0].level : LEVELS[LEVELS.indexOf(item.level) + 1];
    return LEVELS.indexOf(below) <= target;
  }

  window.gridmap.tree = { LEVELS, buildTree, isFiner, pointsOf };
})();
