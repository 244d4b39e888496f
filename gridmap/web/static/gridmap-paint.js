/* Paint: how shapes, states, points and labels look on a canvas. Nothing here knows of maps or fetching. */
(function () {
  "use strict";

  const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
  const INK = "#1B2A33";
  const HALO = "rgba(255, 255, 255, 0.92)";
  const DIM = { fill: "#FAFBFB", line: "#D9E0E4", text: "#A3AFB7" };
  const gridmap = (window.gridmap = window.gridmap || {});

  /** Where world coordinates fall on the canvas: pixel = world * scale - origin. */
  function trace(context, shape, view) {
    const { scale, x: left, y: top } = view;
    const { xy } = shape;
    for (const [start, end] of shape.rings) {
      let lastX = xy[start] * scale - left;
      let lastY = xy[start + 1] * scale - top;
      context.moveTo(lastX, lastY);
      for (let i = start + 2; i < end; i += 2) {
        const px = xy[i] * scale - left;
        const py = xy[i + 1] * scale - top;
        // Points closer than half a pixel to the last one cannot be seen.
        if (px - lastX > 0.5 || lastX - px > 0.5 || py - lastY > 0.5 || lastY - py > 0.5) {
          context.lineTo(px, py);
          lastX = px;
          lastY = py;
        }
      }
      context.closePath();
    }
  }

  function fill(context, shapes, view, style) {
    context.fillStyle = style;
    for (const shape of shapes) {
      context.beginPath();
      trace(context, shape, view);
      context.fill("evenodd");
    }
  }

  function outline(context, shapes, view, style, width, dash) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.lineJoin = width < 1.5 ? "bevel" : "round"; // on thin lines it cannot be seen, and costs a seventh
    context.setLineDash(dash || []);
    for (const shape of shapes) {
      context.beginPath();
      trace(context, shape, view);
      context.stroke();
    }
    context.setLineDash([]);
  }

  /** A white casing under a dark line: visible on every fill. */
  function emphasise(context, shape, view, width) {
    outline(context, [shape], view, "#FFFFFF", width + 3);
    outline(context, [shape], view, INK, width);
  }

  const TILE = 7;

  /** A repeating pattern held to the ground, so that it does not swim while the map is dragged. */
  function pattern(context, kind, style, view) {
    const ratio = view.ratio;
    const tile = document.createElement("canvas");
    tile.width = tile.height = TILE * ratio;
    const pen = tile.getContext("2d");
    pen.scale(ratio, ratio);
    if (kind === "dots") {
      pen.fillStyle = style.outline;
      pen.beginPath();
      pen.arc(TILE / 2, TILE / 2, 0.9, 0, 2 * Math.PI);
      pen.fill();
    } else {
      pen.strokeStyle = style.outline;
      pen.lineWidth = 1.3;
      pen.beginPath();
      for (const shift of [-TILE, 0, TILE]) {
        pen.moveTo(shift, TILE);
        pen.lineTo(shift + TILE, 0);
      }
      pen.stroke();
    }
    const repeated = context.createPattern(tile, "repeat");
    repeated.setTransform(new DOMMatrix().translate(-(view.x % TILE), -(view.y % TILE)).scale(1 / ratio));
    return repeated;
  }

  /** Fill and border of cells in one state; borders come later, over all fills. */
  function fillCells(context, shapes, view, style) {
    fill(context, shapes, view, style.fill);
    if (style.pattern) fill(context, shapes, view, pattern(context, style.pattern, style, view));
  }

  function sign(context, text, x, y, size, colour) {
    context.font = `700 ${size}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour;
    context.fillText(text, x, y + size * 0.04);
  }

  /* Points: a checkpoint's shape tells its kind, a site's glyph does; the fill tells the state. */

  const GLYPHS = {
    enterprise: "M2 14V6l4 3V6l4 3V2h4v12z",
    project: "M6.8 2h2.4l3.6 9H3.200zM2 12h12v2H2z",
    village: "M8 2l7 6h-2v6H9.500v-4h-3v4H3V8H1z",
    community: "M2 14V6h5v8zM8.500 14V2H14v12z",
    compound: "M2 14V4h12v10h-3.500V8h-5v6z",
    market: "M1.500 7h13l-2.500 7H4zM4 6l3-4h2l3 4h-2L8 3.800 6 6z",
    school: "M7.500 4.500C6 3 4 2.700 1.500 2.700v9.600c2.500 0 4.500.3 6 1.700zM8.500 4.500c1.500-1.500 3.500-1.800 6-1.800v9.600c-2.500 0-4.500.3-6 1.700z",
    hospital: "M6 2h4v4h4v4h-4v4H6v-4H2V6h4z",
    logistics_park: "M1 4h8v6H1zM10 6h2.500L15 8.500V10h-5zM3 11h3a1.500 1.500 0 0 1-3 0zM10.500 11h3a1.500 1.500 0 0 1-3 0z",
  };
  const glyphs = {};

  function body(kind, x, y, r) {
    const path = new Path2D();
    if (kind === "inspection_station") {
      path.moveTo(x, y - r * 1.2);
      path.lineTo(x + r * 1.2, y);
      path.lineTo(x, y + r * 1.2);
      path.lineTo(x - r * 1.2, y);
      path.closePath();
    } else if (kind === "duty_point") {
      path.moveTo(x, y - r * 1.15);
      path.lineTo(x + r * 1.15, y + r * 0.85);
      path.lineTo(x - r * 1.15, y + r * 0.85);
      path.closePath();
    } else if (GLYPHS[kind] && r >= 6) {
      path.roundRect(x - r, y - r, 2 * r, 2 * r, r * 0.35);
    } else if (GLYPHS[kind]) {
      path.rect(x - r * 0.85, y - r * 0.85, 1.7 * r, 1.7 * r);
    } else {
      path.arc(x, y, r, 0, 2 * Math.PI);
    }
    return path;
  }

  function glyph(context, kind, x, y, r, colour) {
    if (!GLYPHS[kind] || r < 6) return;
    glyphs[kind] = glyphs[kind] || new Path2D(GLYPHS[kind]);
    context.save();
    context.translate(x - r * 0.7, y - r * 0.7);
    context.scale((r * 1.4) / 16, (r * 1.4) / 16);
    context.fillStyle = colour;
    context.fill(glyphs[kind], "evenodd");
    context.restore();
  }

  function clock(context, x, y, r, ink) {
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.fillStyle = "#FFFFFF";
    context.fill();
    context.strokeStyle = ink;
    context.lineWidth = 1.4;
    context.stroke();
    context.beginPath();
    context.moveTo(x, y - r * 0.6);
    context.lineTo(x, y);
    context.lineTo(x + r * 0.5, y);
    context.stroke();
  }

  function cross(context, x, y, r, ink) {
    context.strokeStyle = ink;
    context.lineWidth = Math.max(1.5, r * 0.28);
    context.beginPath();
    context.moveTo(x - r * 0.5, y - r * 0.5);
    context.lineTo(x + r * 0.5, y + r * 0.5);
    context.moveTo(x + r * 0.5, y - r * 0.5);
    context.lineTo(x - r * 0.5, y + r * 0.5);
    context.stroke();
  }

  /** One checkpoint or site at (x, y) with radius r. `look` is {sign, ink}. */
  function point(context, kind, look, x, y, r) {
    const path = body(kind, x, y, r);
    const solid = look.sign === "full";
    context.lineJoin = "round";
    context.strokeStyle = HALO;
    context.lineWidth = r >= 6 ? 4.5 : 3.5;
    context.stroke(path);
    context.fillStyle = solid ? look.ink : "#FFFFFF";
    context.fill(path);
    if (look.sign === "half") {
      context.save();
      context.clip(path);
      context.fillStyle = look.ink;
      context.fillRect(x - 2 * r, y - 2 * r, 2 * r, 4 * r);
      context.restore();
    }
    context.strokeStyle = look.ink;
    context.lineWidth = look.sign === "hollow" && r >= 5 ? Math.max(2, r * 0.28) : 1.5;
    context.stroke(path);
    if (look.sign === "cross") cross(context, x, y, r, look.ink);
    glyph(context, kind, x, y, r, solid ? "#FFFFFF" : look.ink);
    if (look.sign === "clock" && r >= 6) clock(context, x + r * 0.85, y - r * 0.85, r * 0.6, look.ink);
    else if (look.sign === "clock") clock(context, x, y, r, look.ink);
  }

  /* Labels: placed greedily, most urgent first; what would overlap is left out. */

  class Labels {
    constructor(context) {
      this.context = context;
      this.taken = [];
    }

    reserve(x, y, width, height) {
      this.taken.push([x - width / 2, y - height / 2, x + width / 2, y + height / 2]);
    }

    isFree(x, y, width, height) {
      const [w, n, e, s] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
      return !this.taken.some((box) => w < box[2] && e > box[0] && n < box[3] && s > box[1]);
    }

    width(text, size, weight) {
      const font = `${weight} ${size}px ${FONT}`;
      const key = font + text;
      if (!Labels.widths.has(key)) {
        if (Labels.widths.size > 20000) Labels.widths.clear();
        this.context.font = font;
        Labels.widths.set(key, this.context.measureText(text).width);
      }
      return Labels.widths.get(key);
    }

    /** Write `text` centred at (x, y) if it is at most `room` wide and hits nothing; says whether it did. */
    place(text, x, y, { size, weight, colour, room }) {
      const width = this.width(text, size, weight);
      if (width > room || !this.isFree(x, y, width + 4, size * 1.15)) return false;
      this.reserve(x, y, width + 4, size * 1.15);
      const { context } = this;
      context.font = `${weight} ${size}px ${FONT}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = Math.max(3, size * 0.22);
      context.strokeStyle = HALO;
      context.strokeText(text, x, y);
      context.fillStyle = colour;
      context.fillText(text, x, y);
      return true;
    }
  }
  Labels.widths = new Map();

  gridmap.paint = { DIM, INK, Labels, emphasise, fill, fillCells, outline, point, sign };
})();
