/* The map on which cells are corrected: cells to click, lines and outlines to draw.
 *
 * The page says what to show by `window.gridmapEdit.obey(command)`; draw/edit_map.py describes the command, the
 * document and the answers. Drawing, dragging and snapping are Leaflet-Geoman's.
 */
(function () {
  "use strict";

  const AROUND = { color: "#A9B7C0", weight: 1, fillColor: "#F7F9FA", fillOpacity: 1, interactive: false };
  const EDGE = { color: "#5C7482", weight: 1.2 };
  const FRESH = { color: "#1F4E6B", weight: 2.4, dashArray: null };
  const CHOSEN = { color: "#1B2A33", weight: 4 };
  const OVER = { fillOpacity: 0.65 };
  const DOT = { radius: 1.6, stroke: false, fillColor: "#1B2A33", fillOpacity: 0.45, interactive: false };
  const DRAWN = { color: "#B34700", weight: 3, fillColor: "#D55E00", fillOpacity: 0.15, interactive: false };
  const HINT = { color: "#B34700", weight: 2, dashArray: "5,5" };
  const LABEL_FROM = 52; // pixels of a cell's width from which it bears its label
  const MOST_CHOSEN = { split: 0, redraw: 1, transfer: 2, merge: 300 };
  const gridmap = (window.gridmap = window.gridmap || {});

  function element(tag, text, className) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  /** Places of Leaflet, nested as they come, as longitude and latitude; rings are closed by the reader. */
  function positions(places) {
    return Array.isArray(places) ? places.map(positions) : [places.lng, places.lat];
  }

  /** Polygons of rings, whatever Leaflet holds of a polygon of one part. */
  function polygonsOf(layer) {
    const rings = positions(layer.getLatLngs());
    return typeof rings[0][0][0] === "number" ? [rings] : rings;
  }

  class CellEditor {
    constructor(map) {
      this._map = map;
      this._command = { url: "", place: "", tool: "", selected: [], heard: 0, turn: 0, labels: {} };
      this._selected = [];
      this._sequence = 0;
      this._cells = new Map();
      this._settled = false;
      this._ground = L.featureGroup().addTo(map);
      this._labels = L.layerGroup().addTo(map);
      this._dotsOn = L.canvas({ padding: 0.3 });
      this._drawn = L.featureGroup().addTo(map); // what is drawn stays until the page has answered
      const container = map.getContainer();
      this._notice = container.appendChild(element("div", "", "gridmap-notice"));
      this._bar = container.appendChild(element("div", "", "gridmap-bar"));
      this._notice.hidden = this._bar.hidden = true;
      L.DomEvent.disableClickPropagation(this._bar);
      L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
      map.pm.setGlobalOptions({ snappable: true, snapDistance: 14, allowSelfIntersection: true });
      map.on("pm:create", (event) => this._onDrawn(event));
      map.on("zoomend", () => this._showLabels());
      map.on("dragstart", () => (this._moved = true));
      container.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this._takeUp();
      });
      new ResizeObserver(() => {
        map.invalidateSize({ animate: false });
        if (!this._moved) this._fit();
      }).observe(container);
    }

    async obey(command) {
      const text = JSON.stringify(command);
      if (text === this._text) return;
      this._text = text;
      const before = this._command;
      this._command = command;
      // An answer of the page to an older click does not undo the latest one.
      if (command.heard >= this._sequence) this._selected = [...command.selected];
      if (command.language !== before.language) this._name();
      const isOther = command.url !== before.url;
      if (isOther && !(await this._load(command, command.place !== before.place))) return;
      if (isOther || command.tool !== before.tool || command.turn !== before.turn) this._takeUp();
      else this._paint();
    }

    debug() {
      return {
        settled: this._settled,
        cells: this._cells.size,
        fresh: [...this._cells.values()].filter((one) => one.facts.fresh).length,
        selected: this._selected,
        tool: this._command.tool,
        drawing: this._map.pm.globalDrawModeEnabled(),
        dragging: Boolean(this._edited),
      };
    }

    /** Where a place, or the middle of a cell, is in the frame, as {x, y} in CSS pixels. */
    pixelOf(place) {
      const spot = typeof place === "string" ? this._cells.get(place).shape.getCenter() : L.latLng(place[1], place[0]);
      const at = this._map.latLngToContainerPoint(spot);
      const frame = this._map.getContainer().getBoundingClientRect();
      return { x: at.x + frame.left, y: at.y + frame.top };
    }

    /** West, south, east, north of a cell. */
    boundsOf(code) {
      const box = this._cells.get(code).shape.getBounds();
      return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
    }

    _name() {
      const { language, labels } = this._command;
      this._map.pm.setLang(language === "zh" ? "zh" : "en");
      const zoom = this._map.zoomControl;
      for (const [button, text] of [
        [zoom._zoomInButton, labels.zoom_in],
        [zoom._zoomOutButton, labels.zoom_out],
      ]) {
        button.title = text;
        button.setAttribute("aria-label", text);
      }
    }

    /* --- The document ----------------------------------------------------------------------------- */

    async _load(command, isElsewhere) {
      this._settled = false;
      let status = 0;
      try {
        const response = await fetch(command.url, { credentials: "same-origin" });
        status = response.status;
        if (!response.ok) throw new Error("not loaded");
        const found = await response.json();
        if (command.url !== this._command.url) return false;
        this._show(found, isElsewhere);
        return true;
      } catch (error) {
        this._notice.textContent = command.labels.load_failed.replace("{status}", String(status));
        this._notice.hidden = false;
        return false;
      }
    }

    _show(found, isElsewhere) {
      this._putDown();
      this._notice.hidden = true;
      this._bounds = found.bounds;
      this._fills = found.fills;
      this._ground.clearLayers();
      this._cells.clear();
      for (const geometry of found.around) this._ground.addLayer(this._polygon(geometry, AROUND));
      for (const facts of found.cells) {
        const shape = this._polygon(facts.geometry, EDGE);
        shape.on("click", () => this._onClick(facts.code));
        shape.on("mouseover", () => this._isSelecting() && shape.setStyle(OVER));
        shape.on("mouseout", () => shape.setStyle({ fillOpacity: 0.9 }));
        shape.bindTooltip(() => this._words(facts), { sticky: true, className: "gridmap-preview-tooltip" });
        // While a hand draws, what to do next is told beside the mouse.
        shape.on("tooltipopen", () => this._isSelecting() || shape.closeTooltip());
        this._cells.set(facts.code, { facts, shape });
        this._ground.addLayer(shape);
      }
      for (const [x, y] of found.dots) {
        this._ground.addLayer(L.circleMarker([y, x], { ...DOT, renderer: this._dotsOn, pmIgnore: true }));
      }
      if (isElsewhere) {
        this._moved = false;
        this._fit();
      }
      this._paint();
      this._settled = true;
    }

    _polygon(geometry, look) {
      const flipped = L.GeoJSON.coordsToLatLngs(geometry.coordinates, geometry.type === "Polygon" ? 1 : 2);
      return L.polygon(flipped, look);
    }

    /** Names come from other people's files: they are text, never markup. */
    _words(facts) {
      const words = element("div", "");
      words.append(element("strong", facts.name), element("div", facts.code), element("div", facts.text));
      return words;
    }

    _fit() {
      if (!this._bounds) return;
      const [west, south, east, north] = this._bounds;
      this._map.fitBounds([[south, west], [north, east]], { padding: [28, 28], animate: false });
    }

    _paint() {
      for (const [code, { facts, shape }] of this._cells) {
        const isChosen = this._selected.includes(code) && !this._edited;
        const look = { ...EDGE, ...(facts.fresh ? FRESH : {}), ...(isChosen ? CHOSEN : {}) };
        shape.setStyle({ ...look, fillColor: this._fills[facts.look], fillOpacity: 0.9 });
      }
      // Those that stand out come last, so that no neighbour's line covers theirs.
      for (const { facts, shape } of this._cells.values()) if (facts.fresh) shape.bringToFront();
      for (const code of this._selected) if (this._cells.has(code)) this._cells.get(code).shape.bringToFront();
      if (this._edited) this._edited.bringToFront();
      this._showLabels();
    }

    _showLabels() {
      this._labels.clearLayers();
      const { tool, labels } = this._command;
      for (const [code, { facts, shape }] of this._cells) {
        const box = shape.getBounds();
        const east = this._map.latLngToLayerPoint(box.getNorthEast());
        const width = east.x - this._map.latLngToLayerPoint(box.getSouthWest()).x;
        if (width < LABEL_FROM) continue;
        const words = element("div", "", "gridmap-cell-label");
        const [first, ...others] = facts.label.split("\n");
        const turn = tool === "transfer" ? this._selected.indexOf(code) : -1;
        if (turn >= 0) words.append(element("b", turn === 0 ? labels.giver : labels.taker));
        words.append(element("b", first), ...others.map((line) => element("div", line)));
        const icon = L.divIcon({ html: words.outerHTML, className: "gridmap-cell-label", iconSize: [100, 32] });
        const at = shape.getCenter();
        this._labels.addLayer(L.marker(at, { icon, interactive: false, keyboard: false, pmIgnore: true }));
      }
    }

    /* --- Clicks and drawings ---------------------------------------------------------------------- */

    _isSelecting() {
      return !this._map.pm.globalDrawModeEnabled() && !this._edited;
    }

    _onClick(code) {
      const most = MOST_CHOSEN[this._command.tool] || 0;
      if (!this._isSelecting() || !most) return;
      const others = this._selected.filter((one) => one !== code);
      const chosen = this._selected.includes(code) ? others : [...others, code];
      this._choose(chosen.slice(-most));
    }

    _choose(codes) {
      this._selected = codes;
      this._takeUp();
      this._tell({ kind: "select", codes });
    }

    _tell(answer) {
      this._sequence = Math.max(Date.now(), this._sequence + 1);
      if (window.Streamlit) window.Streamlit.setComponentValue({ ...answer, sequence: this._sequence });
    }

    /** Put away what is drawn, and begin what the tool and the selection ask for. */
    _takeUp() {
      this._putDown();
      const { tool } = this._command;
      const known = this._selected.filter((code) => this._cells.has(code));
      if (tool === "split") this._draw("Line");
      if (tool === "transfer" && known.length === 2) {
        this._offer([["again", () => this._choose([])]]);
        this._draw("Polygon");
      }
      if (tool === "redraw" && known.length === 1) this._drag(known[0]);
      this._paint();
    }

    _putDown() {
      this._map.pm.disableDraw();
      this._map.getContainer().classList.remove("gridmap-drawing");
      this._drawn.clearLayers();
      this._bar.hidden = true;
      if (this._edited) {
        this._edited.pm.disable();
        this._edited.remove();
        this._edited = null;
      }
    }

    _draw(shape) {
      this._map.getContainer().classList.add("gridmap-drawing");
      const looks = { templineStyle: HINT, hintlineStyle: HINT, pathOptions: DRAWN };
      this._map.pm.enableDraw(shape, { ...looks, finishOn: "dblclick" });
    }

    /** The outline of a cell as a shape of its own, whose corners can be dragged. */
    _drag(code) {
      const { facts } = this._cells.get(code);
      this._cells.get(code).shape.closeTooltip();
      this._edited = this._polygon(facts.geometry, { ...DRAWN, interactive: true }).addTo(this._map);
      this._edited.pm.enable({ allowSelfIntersection: true, snapDistance: 10, removeLayerBelowMinVertexCount: false });
      this._offer([
        ["apply", () => this._answerOutline(code, this._edited), "gridmap-first"],
        ["reset", () => this._takeUp()],
        ["anew", () => this._drawAnew()],
        ["again", () => this._choose([])],
      ]);
    }

    _drawAnew() {
      this._putDown();
      this._offer([["reset", () => this._takeUp()]]);
      this._draw("Polygon");
    }

    _answerOutline(code, layer) {
      const polygons = polygonsOf(layer);
      for (const button of this._bar.children) button.disabled = true;
      this._tell({ kind: "outline", code, polygons });
    }

    _offer(buttons) {
      this._bar.replaceChildren(
        ...buttons.map(([name, act, className]) => {
          const button = element("button", this._command.labels[name], className);
          button.type = "button";
          button.addEventListener("click", act);
          return button;
        }),
      );
      this._bar.hidden = false;
    }

    _onDrawn({ layer, shape }) {
      layer.remove();
      this._drawn.addLayer(layer.setStyle ? layer.setStyle(DRAWN) : layer);
      this._map.getContainer().classList.remove("gridmap-drawing");
      if (shape === "Line") this._tell({ kind: "line", line: positions(layer.getLatLngs()) });
      else if (this._command.tool === "redraw") this._answerOutline(this._selected[0], layer);
      else this._tell({ kind: "area", polygons: polygonsOf(layer) });
    }
  }

  gridmap.editLayer = (map) => new CellEditor(map);
})();
