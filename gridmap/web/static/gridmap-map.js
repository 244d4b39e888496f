/* The operations map's layer: fetches chunks and status, draws them, answers clicks.
 *
 * The page says what to show by `window.gridmapLayer.apply(command)`; draw/webmap.py describes the command
 * and the status document. A click is told by `Streamlit.setComponentValue({kind, code, sequence})`.
 *
 * Drawing walks the tree of units from the top. A unit is open (its children are drawn) or closed (it is
 * drawn itself) by zoom and drilled scope; while its children are still on their way it stays closed.
 */
(function () {
  "use strict";

  const { area, contains, decode, overlaps, worldBox } = window.gridmap.shapes;
  const { LEVELS, buildTree, isFiner, pointsOf } = window.gridmap.tree;
  const { DIM, INK, Labels, emphasise, fill, fillCells, outline, point, sign } = window.gridmap.paint;

  const MINIMUM_PIXELS = { county: 0, township: 24, village: 30, cell: 14 }; // of the median shape's width
  const CLOSER = 0.5; // zoom steps past the whole picture at which it may open below its first units
  const LINES = {
    county: { width: 2.4, colour: "#22323D" },
    township: { width: 1.8, colour: "#41545F" },
    village: { width: 1.1, colour: "#7C8F9A" },
  };
  const POINT_RADIUS = { least: 3.4, most: 8.5, share: 0.16 }; // share of the median cell's width
  const RETRY_AFTER = 1500;
  const SAME_CLICK = 400;

  /** A fetch that is tried twice; its error carries the HTTP status (0: no answer). */
  async function fetchJson(url, options) {
    for (let attempt = 1; ; attempt += 1) {
      let status = 0;
      try {
        const response = await fetch(url, { credentials: "same-origin", ...options });
        if (response.ok) return await response.json();
        status = response.status;
      } catch (error) {
        status = 0;
      }
      if (attempt === 2) throw Object.assign(new Error("not loaded"), { status });
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
  }

  function format(template, values) {
    return (template || "").replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
  }

  /** Inside a shape or at its border: a checkpoint on a border belongs to both sides. */
  function isNear(shape, x, y) {
    const reach = 0.02 * Math.max(shape.box[2] - shape.box[0], shape.box[3] - shape.box[1]);
    const steps = [[0, 0], [-1, 0], [1, 0], [0, -1], [0, 1]];
    return steps.some(([dx, dy]) => contains(shape, x + dx * reach, y + dy * reach));
  }

  const CellLayer = L.Renderer.extend({
    options: { padding: 0.12, interactive: false },

    initialize(options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._command = {};
      this._status = null;
      this._decoded = new Map(); // content hash -> decoded chunk; immutable, so kept for good
      this._pending = new Set();
      this._failed = new Set();
      this._tree = { items: new Map(), roots: [], outlines: new Map() };
      this._points = [];
      this._shown = [];
      this._sequence = 0;
    },

    /* --- Leaflet's side --------------------------------------------------------------------------- */

    onAdd(map) {
      L.Renderer.prototype.onAdd.call(this, map);
      L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
      if (map.attributionControl) map.attributionControl.setPrefix(false);
      this._tooltip = L.DomUtil.create("div", "gridmap-tooltip", map.getContainer());
      this._notice = L.DomUtil.create("div", "gridmap-notice", map.getContainer());
      this._notice.setAttribute("role", "status");
      this._tooltip.hidden = this._notice.hidden = true;
      map.on("mousemove", this._onHover, this);
      map.on("mouseout dragstart zoomstart", this._clearHover, this);
      map.on("click", this._onClick, this);
      map.on("dragstart", () => (this._fitted = null));
      map.on("resize", this._fitAgain, this);
      map.on("moveend", () => (this._moving = false));
      // The style sheet may come after the map, and then makes it as low as its frame.
      new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
      return this;
    },

    getEvents() {
      return { ...L.Renderer.prototype.getEvents.call(this), move: this._onMove };
    },

    _initContainer() {
      this._container = L.DomUtil.create("div", "gridmap-canvas");
      this._container.style.pointerEvents = "none";
      this._container.style.position = "absolute";
      this._base = this._canvas();
      this._over = this._canvas();
    },

    _destroyContainer() {
      L.DomUtil.remove(this._container);
    },

    _canvas() {
      const canvas = L.DomUtil.create("canvas", "", this._container);
      canvas.style.cssText = "position:absolute;left:0;top:0";
      return canvas;
    },

    /** Fit the canvases to the view and draw; Leaflet calls it whenever the view has settled. */
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const size = this._bounds.getSize();
      const ratio = window.devicePixelRatio || 1;
      for (const canvas of [this._base, this._over]) {
        const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
        if (canvas.width !== width || canvas.height !== height) {
          canvas.width = width;
          canvas.height = height;
          canvas.style.width = `${size.x}px`;
          canvas.style.height = `${size.y}px`;
        }
      }
      const origin = this._bounds.min.add(this._map.getPixelOrigin());
      this._view = { scale: this._map.options.crs.scale(this._zoom), x: origin.x, y: origin.y, ratio, size };
      const { scale, x, y } = this._view;
      this._view.box = [x / scale, y / scale, (x + size.x) / scale, (y + size.y) / scale];
      this._draw();
      this.fire("update");
    },

    _onMove() {
      if (this._map.getZoom() === this._zoom && !this._map._animatingZoom) this._schedule();
    },

    /** Redraw once before the next picture, however many reasons there are. */
    _schedule() {
      if (this._frame) return;
      this._frame = requestAnimationFrame(() => {
        this._frame = null;
        if (this._map) this._update();
      });
    },

    /* --- Commands and data ------------------------------------------------------------------------ */

    apply(command) {
      const text = JSON.stringify(command);
      if (text === this._commandText) return this;
      const before = this._command;
      this._commandText = text;
      this._command = command;
      this._selected = command.selected_code ? { kind: command.selected_kind, code: command.selected_code } : null;
      this._nameControls();
      if (command.fit && command.fit_sequence !== before.fit_sequence) this._fit(Boolean(this._status));
      if (command.status_url !== before.status_url) this._loadStatus();
      command.first_chunks.forEach((hash) => this._need({ hash })); // beside the status, not after it
      this._clearHover();
      this._schedule();
      return this;
    },

    _nameControls() {
      const { zoomControl } = this._map;
      const { labels } = this._command;
      if (!zoomControl || !labels) return;
      for (const [button, text] of [
        [zoomControl._zoomInButton, labels.zoom_in],
        [zoomControl._zoomOutButton, labels.zoom_out],
      ]) {
        button.title = text;
        button.setAttribute("aria-label", text);
      }
    },

    _fit(animate) {
      const [west, south, east, north] = this._command.fit;
      this._fitted = [
        [south, west],
        [north, east],
      ];
      this._moving = true; // an animation starts only with the next picture
      this._map.fitBounds(this._fitted, { padding: [14, 14], maxZoom: 18, animate });
    },

    /** A frame that was hidden or changed its size shows the last fit again, unless the map was dragged. */
    _fitAgain() {
      if (this._fitted && this._command.fit) this._fit(false);
    },

    async _loadStatus() {
      const url = this._command.status_url;
      try {
        const status = await fetchJson(url, { cache: "no-store" });
        if (url !== this._command.status_url) return;
        this._status = status;
        this._statusUrl = url;
        this._notice.hidden = true;
        this._failed.clear();
        this._rebuild();
      } catch (error) {
        if (url === this._command.status_url) this._report(error);
      }
      this._schedule();
    },

    /** Fetch a chunk that is needed and not there yet. */
    _need(entry) {
      const { hash } = entry;
      if (this._decoded.has(hash) || this._pending.has(hash) || this._failed.has(hash)) return;
      this._pending.add(hash);
      fetchJson(this._command.geometry_url.replace("{hash}", encodeURIComponent(hash)))
        .then((payload) => {
          this._decoded.set(hash, decode(payload));
          this._stale = true;
        })
        .catch((error) => {
          this._failed.add(hash);
          this._report(error);
        })
        .finally(() => {
          this._pending.delete(hash);
          this._schedule();
        });
    },

    _report(error) {
      const { labels } = this._command;
      this._notice.textContent = format(labels && labels.load_failed, { status: error.status || 0 });
      this._notice.hidden = false;
    },

    /** Join the status with the geometry that is there by now. */
    _rebuild() {
      this._stale = false;
      this._tree = buildTree(this._status, this._decoded);
      this._points = pointsOf(this._status.points);
      this._whole = L.latLngBounds([]);
      for (const { bounds } of this._status.levels.length ? this._status.levels[0].chunks : []) {
        this._whole.extend([bounds[1], bounds[0]]).extend([bounds[3], bounds[2]]);
      }
    },

    /* --- What is open ----------------------------------------------------------------------------- */

    /** The finest level whose shapes are large enough to read at this zoom. */
    _levelFor(pixelsPerDegree) {
      const { levels } = this._status;
      let found = levels.length ? levels[0].level : "county";
      for (const { level, size } of levels) {
        if (size * pixelsPerDegree >= MINIMUM_PIXELS[level]) found = level;
      }
      return LEVELS[Math.min(LEVELS.indexOf(found), this._finestAtFirst())];
    },

    /** The first picture of a scope shows its parts, counted, on a wall screen too; finer ones come on zooming. */
    _finestAtFirst() {
      const roots = this._tree.roots;
      const scope = this._scope() || (roots.length === 1 ? roots[0] : null);
      const bounds = scope ? this._boundsOf(scope) : this._whole;
      const whole = this._map.getBoundsZoom(bounds, false, L.point(28, 28));
      if (!roots.length || this._map.getZoom() > whole + CLOSER) return LEVELS.length;
      return LEVELS.indexOf(scope ? scope.level : roots[0].level) + (scope ? 1 : 0);
    },

    _scope() {
      const trail = this._command.trail || [];
      return this._tree.items.get(trail[trail.length - 1]);
    },

    _boundsOf(item) {
      const [left, top, right, bottom] = item.own.box;
      const corner = (x, y) => this._map.unproject(L.point(x, y).multiplyBy(this._map.options.crs.scale(0)), 0);
      return L.latLngBounds(corner(left, top), corner(right, bottom));
    },

    /** Chunks whose loading opens `item`. */
    _chunksBelow(item) {
      const cells = item.level === "village";
      const parent = cells ? item.fetchedWith : item.code;
      const found = [];
      for (const { level, chunks } of this._status.levels) {
        if ((level === "cell") !== cells) continue;
        for (const entry of chunks) {
          if (entry.parent === parent && overlaps(worldBox(entry.bounds), item.shape.box)) found.push(entry);
        }
      }
      return found;
    },

    /** Walk the tree and sort what is in view into lists to draw. */
    _collect() {
      const trail = this._command.trail || [];
      const scope = this._scope();
      const pixels = this._view.scale / 360;
      const plan = { closed: [], open: [], cells: [], scope, level: this._levelFor(pixels), fine: this._fine() };
      const target = LEVELS.indexOf(plan.level);
      // Who has drilled to a village wants its cells, however small the frame is.
      const isDrilled = scope && scope.level === "village" && this._cellPixels(scope) >= MINIMUM_PIXELS.cell;
      const scopeTarget = isDrilled ? LEVELS.length - 1 : target;
      const visit = (item, inside) => {
        item.shape = this._shapeFor(item, plan.fine);
        if (!overlaps(item.shape.box, this._view.box)) return;
        item.inside = inside || item === scope;
        if (item.kind === "cell") return void plan.cells.push(item);
        const finest = scope && item.inside ? Math.max(target, scopeTarget) : target;
        const wanted = trail.includes(item.code) || (item.inside && isFiner(item, finest));
        if (wanted && item.children > 0 && this._isThere(item)) {
          plan.open.push(item);
          item.below.forEach((below) => visit(below, item.inside));
        } else {
          plan.closed.push(item);
        }
      };
      this._tree.roots.forEach((root) => visit(root, !scope));
      return plan;
    },

    /** True where the simplified overview would be seen to be off. */
    _fine() {
      return (this._status.tolerance / 360) * this._view.scale > 1;
    },

    /** The full outline of a unit where one has come with its children, else its own shape. */
    _shapeFor(item, fine) {
      if (!fine || item.level !== "township") return item.own;
      const full = this._tree.outlines.get(item.code);
      if (full) {
        full.inner = item.own.inner;
        full.radius = item.own.radius;
      } else if (overlaps(item.own.box, this._view.box)) {
        this._chunksBelow(item).forEach((entry) => this._need(entry));
      }
      return full || item.own;
    },

    _isThere(item) {
      if (item.below.length >= item.children) return true;
      this._chunksBelow(item).forEach((entry) => this._need(entry));
      return false;
    },

    _pointRadius() {
      const finest = this._status.levels[this._status.levels.length - 1];
      const pixels = finest ? (finest.size * this._view.scale) / 360 : 0;
      return Math.min(POINT_RADIUS.most, Math.max(POINT_RADIUS.least, pixels * POINT_RADIUS.share));
    },

    /** The mean side of the cells inside a unit, in pixels. */
    _cellPixels(unit) {
      if (!unit.cells) return 0;
      return Math.sqrt(area(unit.own) / unit.cells) * this._view.scale;
    },

    /* --- Drawing ---------------------------------------------------------------------------------- */

    _draw() {
      if (!this._status) return;
      const started = performance.now();
      if (this._stale) this._rebuild();
      this._needRoots();
      const context = this._clear(this._base);
      const plan = (this._plan = this._collect());
      this._drawUnits(context, plan);
      this._drawCells(context, plan);
      this._drawLines(context, plan);
      const labels = new Labels(context);
      this._drawPoints(context, labels, plan);
      this._drawSigns(context, labels, plan);
      this._drawNumbers(context, labels, plan);
      this._drawNames(labels, plan);
      this._drawOver();
      this._milliseconds = performance.now() - started;
    },

    _needRoots() {
      for (const { level, chunks } of this._status.levels) {
        if (level === "cell") continue;
        for (const entry of chunks) {
          if (entry.parent === "" && overlaps(worldBox(entry.bounds), this._view.box)) this._need(entry);
        }
      }
    },

    _clear(canvas) {
      const context = canvas.getContext("2d");
      context.setTransform(this._view.ratio, 0, 0, this._view.ratio, 0, 0);
      context.clearRect(0, 0, this._view.size.x, this._view.size.y);
      return context;
    },

    _drawUnits(context, plan) {
      const { ramp, looks } = this._status;
      const noData = looks.cells.find((look) => look.pattern === "dots");
      const byFill = new Map();
      for (const item of plan.closed) {
        const style = !item.inside ? DIM.fill : item.cells === 0 ? "none" : ramp[item.fill];
        byFill.set(style, [...(byFill.get(style) || []), item.shape]);
      }
      for (const [style, shapes] of byFill) {
        if (style === "none") fillCells(context, shapes, this._view, noData);
        else fill(context, shapes, this._view, style);
      }
    },

    _drawCells(context, plan) {
      const inside = plan.cells.filter((item) => item.inside);
      const outside = plan.cells.filter((item) => !item.inside);
      fill(context, outside.map((item) => item.shape), this._view, DIM.fill);
      outline(context, outside.map((item) => item.shape), this._view, DIM.line, 0.6);
      this._status.looks.cells.forEach((look, state) => {
        const shapes = inside.filter((item) => item.state === state).map((item) => item.shape);
        if (shapes.length) fillCells(context, shapes, this._view, look);
      });
      // Quiet borders first, so that the border of a fault is never cut by its neighbour's.
      this._status.looks.cells
        .map((look, state) => ({ look, state }))
        .sort((a, b) => Number(Boolean(a.look.sign || a.look.pattern)) - Number(Boolean(b.look.sign || b.look.pattern)))
        .forEach(({ look, state }) => {
          const shapes = inside.filter((item) => item.state === state).map((item) => item.shape);
          outline(context, shapes, this._view, look.outline, look.sign ? 1 : 0.7, look.dashed ? [4, 3] : null);
        });
    },

    /** Borders of units, fine to coarse, so that the upper one stays on top. */
    _drawLines(context, plan) {
      const units = plan.closed.concat(plan.open);
      for (const level of ["village", "township", "county"]) {
        const all = units.filter((item) => item.level === level);
        const { width, colour } = LINES[level];
        outline(context, all.filter((item) => !item.inside).map((item) => item.shape), this._view, DIM.line, width);
        outline(context, all.filter((item) => item.inside).map((item) => item.shape), this._view, colour, width);
      }
      if (plan.scope && plan.scope.inside) outline(context, [plan.scope.shape], this._view, INK, 2.6);
    },

    /** The sign of a fault, beside a point that stands in its place. */
    _drawSigns(context, labels, plan) {
      const { cells } = this._status.looks;
      for (const item of plan.cells) {
        const radius = item.shape.radius * this._view.scale;
        if (!item.inside || !cells[item.state].sign || radius < 7.5) continue;
        const size = Math.min(26, Math.round(radius * 1.15));
        const [x, y] = this._pixel(item.shape.inner);
        const places = [[x, y, size]];
        for (const smaller of [size, size * 0.75]) {
          for (const [dx, dy] of [[-1, 0], [1, 0], [0, -1], [0, 1]]) {
            places.push([x + dx * radius * 0.85, y + dy * radius * 0.85, smaller]);
          }
        }
        const isInside = (left, top) => contains(item.shape, ...this._world(left, top));
        const free = places.find(
          ([left, top, room]) =>
            labels.isFree(left, top, room, room) &&
            (left === x && top === y || [-0.45, 0.45].every((part) => isInside(left + part * room, top + part * room))),
        );
        if (!free) continue;
        labels.reserve(free[0], free[1], free[2], free[2]);
        sign(context, cells[item.state].sign, free[0], free[1], Math.round(free[2]), "#FFFFFF");
      }
    },

    _drawNumbers(context, labels, plan) {
      const marked = plan.closed.filter((item) => item.inside && item.vacant > 0);
      marked.sort((a, b) => b.vacant - a.vacant);
      const numbers = new Labels(context); // they give way to one another only, not to points
      for (const item of marked) {
        const radius = item.shape.radius * this._view.scale;
        const size = Math.round(Math.min(30, Math.max(13, radius * 0.62)));
        const [x, y] = this._pixel(item.shape.inner);
        const room = Math.max(26, radius * 2.2);
        item.numbered = numbers.place(String(item.vacant), x, y - (radius > 26 ? size * 0.3 : 0), {
          size, weight: 700, colour: "#6E2F00", room,
        }) ? size : 0;
      }
      labels.taken.push(...numbers.taken);
    },

    _drawNames(labels, plan) {
      const open = new Set(plan.open);
      // The drilled unit is named above the map; its own name would lie across its parts.
      const named = (item) => item.level !== "county" && item !== plan.scope;
      const units = plan.open.filter(named).concat(plan.closed);
      const rank = (item) => LEVELS.indexOf(item.level) * 10 - item.shape.radius / (this._view.box[2] - this._view.box[0]);
      for (const item of units.sort((a, b) => rank(a) - rank(b))) {
        const isOpen = open.has(item);
        const radius = item.shape.radius * this._view.scale;
        const size = item.level === "township" ? 13 : 12;
        const [x, y] = this._pixel(item.shape.inner);
        const below = !isOpen && item.vacant > 0 && item.inside ? (item.numbered || 13) * 0.5 + size * 0.62 : 0;
        labels.place(item.name, x, y + below, {
          size,
          weight: item.level === "township" ? 600 : 400,
          colour: item.inside ? (isOpen && item.level === "township" ? "#22323D" : "#3A4B56") : DIM.text,
          room: radius * 2.1,
        });
      }
      for (const item of plan.cells) {
        const radius = item.shape.radius * this._view.scale;
        if (!item.inside || radius < 34) continue;
        const [x, y] = this._pixel(item.shape.inner);
        const below = this._status.looks.cells[item.state].sign ? 24 : 0;
        labels.place(item.name, x, y + below, { size: 11, weight: 400, colour: "#4A5B66", room: radius * 2 });
      }
    },

    _drawPoints(context, labels, plan) {
      const radius = (this._radius = this._pointRadius());
      this._shown = this._points.filter((mark) => this._isShown(mark, plan.scope));
      // The worst is drawn last, on top.
      const urgency = { full: 0, cross: 1, hollow: 3, half: 2, clock: 3 };
      const { points } = this._status.looks;
      this._shown.sort((a, b) => urgency[points[a.state].sign] - urgency[points[b.state].sign]);
      for (const mark of this._shown) {
        const look = points[mark.state];
        const [x, y] = this._pixel(mark.at);
        const r = radius < 6 && mark.kind !== "contact_site" && look.sign === "hollow" ? radius + 1.6 : radius;
        context.globalAlpha = mark.inside ? 1 : 0.3;
        point(context, mark.type, look, x, y, mark.kind === "contact_site" ? r * 0.95 : r);
        context.globalAlpha = 1;
        labels.reserve(x, y, 2 * r, 2 * r);
        if (radius >= 8 && mark.kind === "checkpoint" && mark.inside && look.sign !== "cross") {
          labels.place(mark.text, x, y + r + 9, { size: 11, weight: 600, colour: look.ink, room: 60 });
        }
      }
    },

    _isShown(mark, scope) {
      if (!this._command.show.includes(mark.kind)) return false;
      const [x, y] = mark.at;
      const [west, north, east, south] = this._view.box;
      if (x < west || x > east || y < north || y > south) return false;
      if (!this._status.looks.points[mark.state]) return false;
      if (mark.judgedFor !== scope) {
        mark.judgedFor = scope;
        mark.inside = !scope || isNear(scope.own, x, y);
      }
      return true;
    },

    /** What changes under the pointer is on a canvas of its own. */
    _drawOver() {
      const context = this._clear(this._over);
      for (const [target, width] of [
        [this._hovered, 1.6],
        [this._selected, 3],
      ]) {
        if (!target) continue;
        const item = this._tree.items.get(target.code);
        const mark = this._points.find((one) => one.kind === target.kind && one.code === target.code);
        if (mark) this._ring(context, mark, width);
        else if (item && item.kind === target.kind) emphasise(context, item.shape, this._view, width);
      }
    },

    _ring(context, mark, width) {
      const [x, y] = this._pixel(mark.at);
      context.beginPath();
      context.arc(x, y, this._radius + 6, 0, 2 * Math.PI);
      context.strokeStyle = INK;
      context.lineWidth = width;
      context.stroke();
    },

    _world(x, y) {
      return [(x + this._view.x) / this._view.scale, (y + this._view.y) / this._view.scale];
    },

    _pixel(world) {
      return [world[0] * this._view.scale - this._view.x, world[1] * this._view.scale - this._view.y];
    },

    /* --- Pointing --------------------------------------------------------------------------------- */

    /** What is at a point of the map's container: points before cells before units, top ones first. */
    _hit(containerPoint) {
      if (!this._plan) return null;
      const at = this._map.containerPointToLayerPoint(containerPoint).subtract(this._bounds.min);
      const reach = Math.max(this._radius + 3, L.Browser.mobile ? 16 : 7);
      let nearest = null;
      let best = reach;
      for (const mark of this._shown) {
        const [x, y] = this._pixel(mark.at);
        const distance = Math.hypot(x - at.x, y - at.y);
        if (distance <= best) {
          best = distance;
          nearest = mark;
        }
      }
      if (nearest) return nearest;
      const world = this._world(at.x, at.y);
      const hit = (item) => contains(item.shape, world[0], world[1]);
      return this._plan.cells.find(hit) || this._plan.closed.find(hit) || null;
    },

    _onHover(event) {
      if (this._map.dragging.moving() || this._map._animatingZoom || !this._view) return;
      const found = this._hit(event.containerPoint);
      const changed = (found && found.code) !== (this._hovered && this._hovered.code);
      this._hovered = found;
      if (changed) {
        this._map.getContainer().style.cursor = found ? "pointer" : "";
        this._describe(found);
        this._drawOver();
      }
      if (found) this._moveTooltip(event.containerPoint);
    },

    _clearHover() {
      this._hovered = null;
      if (!this._tooltip) return;
      this._tooltip.hidden = true;
      this._map.getContainer().style.cursor = "";
      if (this._view && this._status) this._drawOver();
    },

    _describe(found) {
      this._tooltip.hidden = !found;
      if (!found) return;
      const title = document.createElement("strong");
      title.textContent = found.name;
      const detail = document.createElement("span");
      detail.textContent = this._detail(found);
      this._tooltip.replaceChildren(title, detail);
    },

    _detail(found) {
      const { labels } = this._command;
      const { looks, kinds } = this._status;
      if (found.kind === "cell") return looks.cells[found.state].label;
      if (found.kind === "unit") {
        const text = found.cells === 0 ? labels.no_cells : found.vacant ? labels.vacant : labels.none_vacant;
        return format(text, found);
      }
      const text = format(found.kind === "checkpoint" ? labels.on_duty : labels.visits, found);
      return [kinds[found.type], looks.points[found.state].label, text].filter(Boolean).join(" · ");
    },

    _moveTooltip(at) {
      const size = this._map.getSize();
      const { offsetWidth, offsetHeight } = this._tooltip;
      const left = at.x + 14 + offsetWidth > size.x ? at.x - 14 - offsetWidth : at.x + 14;
      const top = at.y + 14 + offsetHeight > size.y ? at.y - 14 - offsetHeight : at.y + 14;
      this._tooltip.style.left = `${Math.max(0, left)}px`;
      this._tooltip.style.top = `${Math.max(0, top)}px`;
    },

    _onClick(event) {
      if (!this._view) return;
      const found = this._hit(event.containerPoint);
      const now = Date.now();
      if (!found || (this._clicked && this._clicked.code === found.code && now - this._clicked.at < SAME_CLICK)) return;
      this._clicked = { code: found.code, at: now };
      this._sequence = Math.max(now, this._sequence + 1);
      this._selected = { kind: found.kind, code: found.code };
      this._drawOver();
      if (window.Streamlit) {
        window.Streamlit.setComponentValue({ kind: found.kind, code: found.code, sequence: this._sequence });
      }
    },

    /* --- For tests -------------------------------------------------------------------------------- */

    debug() {
      const plan = this._plan;
      return {
        drawnCells: plan ? plan.cells.length : 0,
        drawnUnits: plan ? plan.closed.length : 0,
        level: plan ? plan.level : null,
        zoom: this._map.getZoom(),
        chunksLoaded: this._decoded.size,
        pending: this._pending.size,
        statusRevision: this._status ? this._status.revision : null,
        milliseconds: this._milliseconds,
        selected: this._selected,
        settled: Boolean(this._status) && this._isQuiet(),
      };
    },

    _isQuiet() {
      const { _animatingZoom: zooming, _panAnim: pan } = this._map;
      const isCurrent = this._statusUrl === this._command.status_url && !this._moving;
      return isCurrent && !this._pending.size && !this._frame && !this._stale && !zooming && !(pan && pan._inProgress);
    },

    stateOf(code) {
      const item = this._tree.items.get(code);
      return item && item.kind === "cell" ? this._status.looks.cells[item.state].key : null;
    },

    /** Where a cell, unit or point is in the frame, as {x, y} in CSS pixels. */
    pixelOf(code) {
      const item = this._tree.items.get(code);
      const mark = this._points.find((one) => one.code === code);
      if (!item && !mark) return null;
      const [x, y] = this._pixel(item ? item.shape.inner : mark.at);
      const at = this._map.layerPointToContainerPoint(this._bounds.min.add([x, y]));
      const frame = this._map.getContainer().getBoundingClientRect();
      return { x: at.x + frame.left, y: at.y + frame.top };
    },
  });

  window.gridmap.cellLayer = (options) => new CellLayer(options);
})();
