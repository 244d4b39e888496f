/* Shapes: geometry chunks decoded to Web Mercator, with the questions a map asks of them.
 *
 * World coordinates run from 0 to 1, x east and y south. A chunk's format is described in draw/chunks.py.
 */
(function () {
  "use strict";

  const STEPS_PER_DEGREE = 1e6;
  const gridmap = (window.gridmap = window.gridmap || {});

  function worldX(lon) {
    return lon / 360 + 0.5;
  }

  function worldY(lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  /** Running sums of x, y differences in millionths of a degree, as world coordinates. */
  function toWorld(differences) {
    const world = new Float64Array(differences.length);
    let x = 0;
    let y = 0;
    for (let i = 0; i < differences.length; i += 2) {
      x += differences[i];
      y += differences[i + 1];
      world[i] = worldX(x / STEPS_PER_DEGREE);
      world[i + 1] = worldY(y / STEPS_PER_DEGREE);
    }
    return world;
  }

  /** West, north, east, south of a degree extent (west, south, east, north). */
  function worldBox(bounds) {
    return [worldX(bounds[0]), worldY(bounds[3]), worldX(bounds[2]), worldY(bounds[1])];
  }

  /** Cut the columns of `encoded` into shapes: rings of index pairs into one coordinate array. */
  function shapesOf(encoded) {
    const xy = toWorld(encoded.xy);
    const shapes = [];
    let polygon = 0;
    let ring = 0;
    let at = 0;
    for (const polygons of encoded.polygons) {
      const rings = [];
      for (let p = 0; p < polygons; p += 1) {
        for (let r = encoded.rings[polygon]; r > 0; r -= 1) {
          const end = at + 2 * encoded.points[ring];
          rings.push([at, end]);
          at = end;
          ring += 1;
        }
        polygon += 1;
      }
      shapes.push({ xy, rings, box: boxOf(xy, rings) });
    }
    return shapes;
  }

  function boxOf(xy, rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [start, end] of rings) {
      for (let i = start; i < end; i += 2) {
        box[0] = Math.min(box[0], xy[i]);
        box[1] = Math.min(box[1], xy[i + 1]);
        box[2] = Math.max(box[2], xy[i]);
        box[3] = Math.max(box[3], xy[i + 1]);
      }
    }
    return box;
  }

  /** A chunk's payload as {level, shapes, outline}; a shape knows its code, parent, and inner circle. */
  function decode(payload) {
    const shapes = shapesOf(payload);
    const inner = toWorld(payload.inner);
    shapes.forEach((shape, i) => {
      shape.code = payload.codes[i];
      shape.parent = payload.parents[payload.parent[i]];
      shape.inner = [inner[2 * i], inner[2 * i + 1]];
      shape.radius = payload.radius[i] / STEPS_PER_DEGREE / 360;
    });
    return { level: payload.level, shapes, outline: payload.outline ? shapesOf(payload.outline)[0] : null };
  }

  function overlaps(a, b) {
    return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
  }

  /** Even-odd rule over all rings, so holes and several parts need no case of their own. */
  function contains(shape, x, y) {
    const { box, xy } = shape;
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
    let inside = false;
    for (const [start, end] of shape.rings) {
      let ax = xy[end - 2];
      let ay = xy[end - 1];
      for (let i = start; i < end; i += 2) {
        const bx = xy[i];
        const by = xy[i + 1];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
        ax = bx;
        ay = by;
      }
    }
    return inside;
  }

  /** Area in world units squared, holes counted in: an estimate of size. */
  function area(shape) {
    let total = 0;
    for (const [start, end] of shape.rings) {
      let twice = 0;
      let ax = shape.xy[end - 2];
      let ay = shape.xy[end - 1];
      for (let i = start; i < end; i += 2) {
        twice += ax * shape.xy[i + 1] - shape.xy[i] * ay;
        ax = shape.xy[i];
        ay = shape.xy[i + 1];
      }
      total += Math.abs(twice) / 2;
    }
    return total;
  }

  gridmap.shapes = { area, contains, decode, overlaps, worldBox, worldX, worldY };
})();
