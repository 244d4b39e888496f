/* The preview's layer: one document of simplified shapes, fetched and drawn; draw/preview_map.py describes it.
 *
 * The page says what to show by `window.gridmapPreview.show({url, labels})`.
 */
(function () {
  "use strict";

  const STEPS_PER_DEGREE = 1e6;
  const LOOKS = [
    { color: "#5C7482", weight: 0.8, fillColor: "#DCE6EC", fillOpacity: 0.75 },
    { color: "#D55E00", weight: 2.2, fillColor: "#F6C9A3", fillOpacity: 0.75 },
    { color: "#1F4E6B", weight: 1, fillColor: "#9FC1D4", fillOpacity: 0.8 },
  ];
  const OVER = { weight: 2.6, color: "#1B2A33" };
  const FEW = 1000;
  const DOT = { radius: 1.1, stroke: false, fillColor: "#1B2A33", fillOpacity: 0.5, interactive: false };
  const INFEASIBLE = 1;
  const gridmap = (window.gridmap = window.gridmap || {});

  /** Running sums of x, y differences as latitude, longitude. */
  function places(differences) {
    const found = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < differences.length; i += 2) {
      x += differences[i];
      y += differences[i + 1];
      found.push([y / STEPS_PER_DEGREE, x / STEPS_PER_DEGREE]);
    }
    return found;
  }

  /** Shapes as Leaflet takes them: polygons of rings of places. */
  function shapesOf(document) {
    const all = places(document.xy);
    let polygon = 0;
    let ring = 0;
    let at = 0;
    return document.polygons.map((polygons) => {
      const parts = [];
      for (let p = 0; p < polygons; p += 1) {
        const rings = [];
        for (let r = document.rings[polygon]; r > 0; r -= 1) {
          rings.push(all.slice(at, at + document.points[ring]));
          at += document.points[ring];
          ring += 1;
        }
        parts.push(rings);
        polygon += 1;
      }
      return parts;
    });
  }

  function line(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }

  class Preview {
    constructor(map) {
      this._map = map;
      this._shown = null;
      this._url = "";
      this._settled = false;
      this._notice = line("div", "");
      this._notice.className = "gridmap-notice";
      this._notice.hidden = true;
      map.getContainer().appendChild(this._notice);
      // The frame may have another size by the time it is drawn.
      new ResizeObserver(() => {
        map.invalidateSize({ animate: false });
        this._fit();
      }).observe(map.getContainer());
    }

    async show(command) {
      this._labels = command.labels;
      if (command.url === this._url) return;
      this._url = command.url;
      this._settled = false;
      let status = 0;
      try {
        const response = await fetch(command.url, { credentials: "same-origin" });
        status = response.status;
        if (!response.ok) throw new Error("not loaded");
        const found = await response.json();
        if (command.url === this._url) this._draw(found);
      } catch (error) {
        this._notice.textContent = command.labels.load_failed.replace("{status}", String(status));
        this._notice.hidden = false;
      }
    }

    debug() {
      const marks = this._document ? this._document.marks : [];
      return { settled: this._settled, shapes: marks.length, infeasible: marks.filter((m) => m === 1).length };
    }

    _draw(found) {
      if (this._shown) this._shown.remove();
      this._notice.hidden = true;
      this._document = found;
      this._shown = L.featureGroup();
      const shapes = shapesOf(found).map((parts, i) => this._polygon(found, parts, i));
      // Those that stand out come last, so that no neighbour's line covers theirs.
      const order = shapes.map((_, i) => i).sort((a, b) => (found.marks[a] === 1) - (found.marks[b] === 1));
      for (const i of order) this._shown.addLayer(shapes[i]);
      const dots = places(found.dots);
      const dot = dots.length > FEW ? DOT : { ...DOT, radius: 3, fillColor: "#B84A00", fillOpacity: 0.85 };
      for (const place of dots) this._shown.addLayer(L.circleMarker(place, dot));
      this._shown.addTo(this._map);
      this._fit();
      this._settled = true;
    }

    _polygon(found, parts, i) {
      const look = LOOKS[found.marks[i]];
      const shape = L.polygon(parts, look);
      shape.bindTooltip(() => this._words(found, i), { sticky: true, className: "gridmap-preview-tooltip" });
      shape.on("mouseover", () => shape.setStyle(OVER));
      shape.on("mouseout", () => shape.setStyle(look));
      return shape;
    }

    /** Names come from other people's files: they are text, never markup. */
    _words(found, i) {
      const words = document.createElement("div");
      words.appendChild(line("strong", found.names[i]));
      words.appendChild(line("div", found.codes[i]));
      if (found.loads) {
        words.appendChild(line("div", this._labels.load.replace("{load}", found.loads[i].toLocaleString())));
      }
      if (found.marks[i] === INFEASIBLE) words.appendChild(line("div", this._labels.infeasible));
      return words;
    }

    _fit() {
      if (!this._document || !this._document.bounds) return;
      const [west, south, east, north] = this._document.bounds;
      this._map.fitBounds([[south, west], [north, east]], { padding: [10, 10], animate: false });
    }
  }

  gridmap.previewLayer = (map) => new Preview(map);
})();
